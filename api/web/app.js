// The conversation: questions go out with what was said before, answers come in as they are made.
// Whatever comes from documents or from a model enters the page as text, never as HTML.

import { events, Failure, request } from "./client.js";
import { closeSource, openSource } from "./source.js";
import { isChinese, translatePage, words } from "./words.js";

const HISTORY = 12; // messages sent along with a question
const EXAMPLES = 3;
const TELLING = 12; // characters of a headline that says what it is about; "Report" is shorter

const byId = (id) => document.getElementById(id);
const [form, box, send, conversation, clear] = ["ask", "question", "send", "conversation", "clear"].map(byId);
let history = [];
let running = null; // the AbortController of the answer under way

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A text in whatever direction its own language is written. */
function directed(name, className, text) {
  const made = element(name, className, text);
  made.dir = "auto";
  return made;
}

function evidenceButton(evidence, label, className) {
  const button = element("button", className, label);
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "panel");
  button.addEventListener("click", () => openSource(evidence, button));
  return button;
}

function markerButton(citation) {
  const button = evidenceButton(citation, String(citation.marker), "marker");
  button.setAttribute("aria-label", words.marker(citation.marker, citation.title ?? words.untitled));
  return button;
}

/** The text of an answer under way in pieces: what looks like a marker is one if its citation has come. */
function piecesSoFar(text, citations) {
  return text.split(/(\[\d+\])/).map((piece) => {
    const marker = /^\[\d+\]$/.test(piece) ? Number(piece.slice(1, -1)) : null;
    return citations.has(marker) ? { marker } : { text: piece, supported: true };
  });
}

/** The same of a whole answer, exactly: an article may itself say "[1]", but its sentence's own text then says it too. */
function piecesOf({ answer, sentences }) {
  const pieces = [];
  let at = 0;
  const takeText = (end, supported) => {
    if (end > at) pieces.push({ text: answer.slice(at, end), supported });
    at = end;
  };
  for (const { text, markers, supported } of sentences) {
    const body = text.trim();
    const start = at + answer.slice(at).search(/\S|$/);
    let same = 0;
    while (same < body.length && body[same] === answer[start + same]) same += 1;
    takeText(start, true);
    takeText(start + same, supported);
    for (const marker of markers) {
      pieces.push({ marker });
      at += `[${marker}]`.length;
    }
    takeText(start + body.length + (at - start - same), supported);
  }
  takeText(answer.length, true);
  return pieces;
}

/** A marker, kept on one line with the punctuation that closes its sentence, which is taken from the piece after it. */
function boundMarker(citation, next) {
  const closing = next?.text?.match(/^[\p{Po}\p{Pf}\p{Pe}]+/u)?.[0] ?? "";
  if (!closing) return markerButton(citation);
  next.text = next.text.slice(closing.length);
  const span = element("span", "bound");
  span.append(markerButton(citation), closing);
  return span;
}

function showPieces(target, given, citations) {
  const pieces = given.map((piece) => ({ ...piece }));
  const nodes = pieces.map(({ marker }, at) => {
    if (marker !== undefined) return boundMarker(citations.get(marker), pieces[at + 1]);
    const { text, supported } = pieces[at];
    if (supported) return document.createTextNode(text);
    const span = element("span", "unsupported", text);
    span.title = words.unsupported;
    return span;
  });
  target.replaceChildren(...nodes);
}

function evidenceList(label, items, quoteOf) {
  const details = element("details");
  details.append(element("summary", "", `${label} · ${items.length}`));
  const list = element("ol");
  for (const item of items) {
    const entry = element("li");
    entry.append(evidenceButton(item, item.title ?? words.untitled, "title"));
    entry.append(element("span", "origin", [item.published, item.source].filter(Boolean).join(" · ")));
    const text = quoteOf(item);
    if (text) entry.append(directed("p", "quote", text));
    list.append(entry);
  }
  details.append(list);
  return details;
}

function showWhole(turn, answer, citations) {
  showPieces(turn.text, piecesOf(answer), citations);
  turn.answer.classList.toggle("refusal", answer.abstained);
  if (answer.short) turn.answer.prepend(directed("p", "short", answer.short));
  if (answer.searched && answer.searched !== answer.question) {
    turn.answer.prepend(directed("p", "searched", words.understood(answer.searched)));
  }
  if (answer.reason) turn.answer.append(element("p", "reason", words.reasons[answer.reason] ?? answer.reason));
  if (answer.citations.length) {
    const sources = evidenceList(words.sources, answer.citations, (item) =>
      answer.sentences.some((sentence) => sentence.text.includes(item.quote)) ? null : item.quote);
    sources.open = true;
    turn.answer.append(sources);
  } else if (answer.nearest) {
    const said = evidenceList(words.nearestSaid, [answer.nearest], (item) => item.quote);
    said.open = true;
    turn.answer.append(said);
  }
  if (answer.abstained && answer.hits.length) {
    turn.answer.append(evidenceList(words.nearest, answer.hits, (item) => item.text));
  }
  turn.answer.append(element("p", "made-by", `${answer.model} · ${Math.round(answer.timings_ms.total ?? 0)} ms`));
}

function addTurn(question) {
  const item = element("li", "turn");
  const asked = directed("h2", "asked", question);
  const answer = element("div", "answer");
  const text = directed("p", "text", words.searching);
  answer.append(text);
  answer.setAttribute("aria-busy", "true");
  item.append(asked, answer);
  conversation.append(item);
  asked.scrollIntoView({ block: "start" });
  return { answer, text };
}

/** Reads one answer into its turn, to the end of the stream. Returns the whole of it. */
async function follow(turn, response) {
  const citations = new Map();
  let text = "";
  let whole = null;
  for await (const { event, data } of events(response)) {
    if (event === "citation") citations.set(data.marker, data);
    if (event === "token") {
      text += data.text;
      showPieces(turn.text, piecesSoFar(text, citations), citations);
    }
    if (event === "error") throw new Failure(words.failed(data.detail));
    if (event === "done") whole = data;
  }
  if (!whole) throw new Failure(words.broken);
  showWhole(turn, whole, citations);
  return whole;
}

function showFailure(turn, error) {
  if (turn.text.textContent === words.searching) turn.text.remove();
  const expected = error instanceof Failure || error.name === "AbortError";
  const said = error.name === "AbortError" ? words.stopped : error instanceof Failure ? error.message : words.broken;
  const notice = element("p", "notice", said);
  notice.setAttribute("role", "alert");
  turn.answer.append(notice);
  if (!expected) console.error(error);
}

function setRunning(controller) {
  running = controller;
  send.textContent = controller ? words.stop : words.send;
  send.classList.toggle("stopping", controller !== null);
}

async function ask(question) {
  byId("welcome").hidden = true;
  clear.hidden = false;
  const controller = new AbortController();
  setRunning(controller);
  const turn = addTurn(question);
  try {
    const body = { question, history: history.slice(-HISTORY), stream: true };
    const answer = await follow(turn, await request("v1/answers", { body, signal: controller.signal }));
    history.push({ role: "user", content: question }, { role: "assistant", content: answer.answer });
  } catch (error) {
    showFailure(turn, error);
  } finally {
    turn.answer.removeAttribute("aria-busy");
    if (running === controller) setRunning(null);
  }
}

function startAnew() {
  running?.abort();
  closeSource();
  history = [];
  conversation.replaceChildren();
  byId("welcome").hidden = false;
  clear.hidden = true;
  box.focus();
}

function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) {
    running.abort();
    return;
  }
  const question = box.value.trim();
  if (!question) return;
  box.value = "";
  fit();
  ask(question);
});

box.addEventListener("keydown", (event) => {
  // While an input method is composing, Enter picks a character.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (!running) form.requestSubmit();
});
box.addEventListener("input", fit);
clear.addEventListener("click", startAnew);

/** A few questions to start with: headlines of what is there. None if that fails; the page works without. */
async function offerExamples() {
  const body = { question: isChinese ? "新闻" : "news", limit: 30, filters: { kind: "article" } };
  const { hits } = await (await request("v1/search", { body, quiet: true })).json();
  const titles = [...new Set(hits.map((hit) => hit.title))].filter((title) => title?.length >= TELLING);
  for (const title of titles.slice(0, EXAMPLES)) {
    const button = element("button", "example", title);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", () => running || ask(title));
    byId("examples").append(button);
  }
  byId("examples").hidden = titles.length === 0;
}

/** An address may name an article and the runs of its source to be shown: #article=ID&spans=3-20,41-77 */
function openLinked() {
  const linked = new URLSearchParams(location.hash.slice(1));
  const spans = [...(linked.get("spans") ?? "").matchAll(/(\d+)-(\d+)/g)];
  if (!linked.has("article")) return;
  openSource({ article_id: linked.get("article"), spans: spans.map(([, start, end]) => [+start, +end]) }, box);
}

translatePage();
addEventListener("hashchange", openLinked);
openLinked();
offerExamples().catch((error) => console.info("no examples:", error.message));
