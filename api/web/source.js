// The side panel: a stretch of source text with the cited run marked in it.
//
// Offsets of the service count Unicode code points; JavaScript's strings count UTF-16 units. Everything here is in code
// points, and `SourceText.slice` alone translates.

import { exactText, Failure, request } from "./client.js";
import { words } from "./words.js";

const AROUND = 400; // code points shown on either side of a cited run
const STEP = 2000; // code points that one press on a "show more" button adds
const KEPT = 4; // source texts kept in memory

class SourceText {
  constructor(text) {
    this.text = text;
    this.astral = []; // offsets, in code points, of the characters that take two units
    for (const match of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) this.astral.push(match.index - this.astral.length);
    this.length = text.length - this.astral.length;
  }

  slice(start, end) {
    return this.text.slice(this.#unit(start), this.#unit(end));
  }

  #unit(offset) {
    let low = 0;
    let high = this.astral.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.astral[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  }
}

const texts = new Map();

async function sourceOf(documentId) {
  let text = texts.get(documentId);
  if (!text) {
    const response = await request(`v1/documents/${encodeURIComponent(documentId)}/source`);
    text = new SourceText(await exactText(response));
    if (texts.size >= KEPT) texts.delete(texts.keys().next().value);
  }
  texts.delete(documentId); // put back at the end: the one longest unused is the first
  texts.set(documentId, text);
  return text;
}

/** A page of print puts an empty line after every short one; on the screen that is mostly nothing. */
const withoutBlankLines = (text) => text.replace(/\n(?:[ \t\r]*\n)+/g, "\n");

/** The ranges around the spans, ascending, those that meet made one. */
function windows(spans, length) {
  const ranges = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const range = [Math.max(0, start - AROUND), Math.min(length, end + AROUND)];
    const last = ranges.at(-1);
    if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else ranges.push(range);
  }
  return ranges;
}

const within = (spans, start, end) => spans.findIndex((span) => span[0] <= start && end <= span[1]);

/** Shows `source` around `spans`; `highlight` (within them, perhaps null) is marked more strongly. */
class SourceView {
  constructor(container, source, spans, highlight) {
    Object.assign(this, { container, source, spans, highlight: highlight ?? [] });
    this.ranges = windows(spans, source.length);
    this.render();
    container.querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  render() {
    const parts = [];
    const { ranges, source } = this;
    const [first, last] = [ranges[0], ranges.at(-1)];
    if (first[0] > 0) parts.push(this.#more(words.earlier(first[0]), () => (first[0] = Math.max(0, first[0] - STEP)), true));
    ranges.forEach((range, place) => {
      const left = place && range[0] - ranges[place - 1][1];
      if (left) parts.push(this.#more(words.between(left), () => this.#join(place)));
      parts.push(this.#stretch(...range));
    });
    const rest = source.length - last[1];
    if (rest > 0) parts.push(this.#more(words.later(rest), () => (last[1] = Math.min(source.length, last[1] + STEP))));
    this.container.replaceChildren(...parts);
  }

  #join(place) {
    this.ranges[place - 1][1] = this.ranges[place][1];
    this.ranges.splice(place, 1);
  }

  #stretch(start, end) {
    const edges = new Set([start, end]);
    for (const edge of [...this.spans, ...this.highlight].flat()) if (start < edge && edge < end) edges.add(edge);
    const paragraph = document.createElement("p");
    paragraph.dir = "auto";
    [...edges].sort((a, b) => a - b).reduce((from, to) => {
      paragraph.append(this.#piece(from, to));
      return to;
    });
    return paragraph;
  }

  #piece(from, to) {
    const text = withoutBlankLines(this.source.slice(from, to));
    const part = within(this.spans, from, to);
    if (part < 0) return text;
    const mark = document.createElement("mark");
    mark.textContent = text;
    mark.dataset.part = part; // which span it is: they follow the reading, not the page
    mark.classList.toggle("core", within(this.highlight, from, to) >= 0);
    return mark;
  }

  /** A button that shows more; what the reader was looking at stays where it was, also when text comes in above it. */
  #more(label, extend, above = false) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more";
    button.textContent = label;
    button.addEventListener("click", () => {
      const { container } = this;
      const below = container.scrollHeight - container.scrollTop;
      const top = container.scrollTop;
      extend();
      this.render();
      container.scrollTop = above ? container.scrollHeight - below : top;
      container.focus({ preventScroll: true });
    });
    return button;
  }
}

const panel = document.getElementById("panel");
const title = document.getElementById("panel-title");
const meta = document.getElementById("panel-meta");
const quote = document.getElementById("panel-quote");
const container = document.getElementById("panel-source");
const phone = matchMedia("(max-width: 60rem)");
let opener = null;

function describe({ published, source, byline }) {
  meta.textContent = [published, byline, source].filter(Boolean).join(" · ");
}

/** Opens the panel on a citation or a hit; `from` is the button pressed, which gets the focus back at the end. */
export async function openSource(evidence, from) {
  opener?.setAttribute("aria-expanded", "false");
  opener = from;
  from.setAttribute("aria-expanded", "true");
  title.textContent = evidence.title ?? words.untitled;
  describe(evidence);
  quote.textContent = evidence.quote ?? "";
  quote.hidden = !evidence.quote;
  container.textContent = words.loading;
  panel.hidden = false;
  document.body.classList.add("panel-open");
  keepInside();
  from.scrollIntoView({ block: "nearest" }); // the page has become narrower, and everything on it has moved
  title.focus({ preventScroll: true });
  try {
    const response = await request(`v1/articles/${encodeURIComponent(evidence.article_id)}`);
    const article = await response.json();
    const source = await sourceOf(article.document_id);
    if (opener !== from) return; // another one was pressed meanwhile
    title.textContent = article.title ?? words.untitled;
    describe(article);
    new SourceView(container, source, evidence.spans.length ? evidence.spans : article.spans, evidence.highlight);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (opener === from) container.textContent = error.message;
  }
}

export function closeSource() {
  if (panel.hidden) return;
  panel.hidden = true;
  document.body.classList.remove("panel-open");
  keepInside();
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
  opener = null;
}

/** Where the panel covers the page, the page behind it is out of reach. */
function keepInside() {
  document.getElementById("main").inert = phone.matches && !panel.hidden;
}

phone.addEventListener("change", keepInside);
document.getElementById("panel-close").addEventListener("click", closeSource);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) closeSource();
});
