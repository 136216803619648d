"use strict";
const PAGE = 40;
const byId = (id) => document.getElementById(id);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function decoded(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const coded = atob(text), bytes = new Uint8Array(coded.length);
  for (let i = 0; i < coded.length; i++) bytes[i] = coded.charCodeAt(i);
  return bytes;
}

async function unpacked(id) {
  const bytes = decoded(byId(id).textContent);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

// What the questions unfold to: most of the page, and not needed for the list.
let bodies;
const whole = () => (bodies ??= unpacked("bodies"));

// Where `quote` stands in `text`, white space aside: [start, end), or null.
function place(text, quote) {
  const kept = [];
  let packed = "";
  for (let i = 0; i < text.length; i++) if (!/\s/.test(text[i])) { packed += text[i]; kept.push(i); }
  const wanted = quote.replace(/\s/g, "");
  const at = wanted ? packed.indexOf(wanted) : -1;
  return at < 0 ? null : [kept[at], kept[at + wanted.length - 1] + 1];
}

function marked(text, golds, cites) {
  const flags = new Uint8Array(text.length);
  for (const [quotes, bit] of [[golds, 1], [cites, 2]])
    for (const quote of quotes) {
      const found = place(text, quote);
      if (found) for (let i = found[0]; i < found[1]; i++) flags[i] |= bit;
    }
  const box = element("p", "passage");
  for (let start = 0; start < text.length;) {
    let end = start;
    while (end < text.length && flags[end] === flags[start]) end++;
    const run = text.slice(start, end);
    if (flags[start]) {
      const names = [flags[start] & 1 ? "gold" : "", flags[start] & 2 ? "cited" : ""].join(" ").trim();
      box.append(element("mark", names, run));
    } else box.append(run);
    start = end;
  }
  return box;
}

function body(question, data) {
  const box = element("div");
  const add = (title, text) => { box.append(element("h3", "", title), element("p", "", text)); };
  add(question.r ? "Refused" : "Answer", question.a);
  if (question.g.length) add("Right answers", question.g.join(" · "));
  const golds = question.e.map((gold) => gold[1]), cites = question.c.map((cited) => cited[1]);
  const seen = question.p.map(([, index]) => data.passages[index][2]);
  for (const [rank, index] of question.p) {
    const [source, title, text] = data.passages[index];
    box.append(element("h3", "", `Passage ${rank} · ${title || "(no headline)"} · ${source}`), marked(text, golds, cites));
  }
  const unseen = (quote) => !seen.some((text) => place(text, quote));
  for (const [source, quote] of question.e)
    if (unseen(quote)) box.append(element("h3", "", `Gold evidence · ${source}`), marked(quote, [quote], []));
  for (const [marker, quote, source] of question.c)
    if (unseen(quote)) box.append(element("h3", "", `Citation ${marker} · ${source}`), marked(quote, [], [quote]));
  const scores = data.scores.map((label, i) => question.s[i] === null ? "" : `${label} ${question.s[i]}`).filter(Boolean);
  add("Scores", [...scores, `confidence ${question.k}`, `${question.w} ms`].join(" · "));
  return box;
}

function row(question, names) {
  const made = element("details", "q");
  const head = element("summary", "", question.q || "(no question)");
  const tags = element("div", "tags");
  for (const text of [question.i, question.l, question.t]) tags.append(element("span", "tag", text));
  for (const index of question.f) tags.append(element("span", "tag wrong", names[index]));
  head.append(tags);
  made.append(head);
  made.addEventListener("toggle", async () => {
    if (!made.open || made.dataset.made) return;
    made.dataset.made = "1";
    const data = await whole();
    made.append(body(data.questions[question.n], data));
  });
  return made;
}

function start(data) {
  data.questions.forEach((question, number) => { question.n = number; });
  const chosen = { failure: byId("failure"), language: byId("language"), type: byId("type"), words: byId("words") };
  const counted = (values) => {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  };
  const fill = (select, entries) => entries.forEach(([value, count, label]) => {
    const option = element("option", "", `${label ?? value} (${count})`);
    option.value = value;
    select.append(option);
  });
  const failed = new Map(counted(data.questions.flatMap((question) => question.f)));
  fill(chosen.failure, data.failures.map((name, i) => [String(i), failed.get(i) || 0, name]).filter((entry) => entry[1]));
  fill(chosen.language, counted(data.questions.map((question) => question.l)));
  fill(chosen.type, counted(data.questions.map((question) => question.t)));
  let held = [], shown = 0;
  const more = () => {
    byId("list").append(...held.slice(shown, shown + PAGE).map((question) => row(question, data.failures)));
    shown = Math.min(held.length, shown + PAGE);
    byId("more").hidden = shown >= held.length;
    byId("count").textContent = `${held.length} of ${data.questions.length} questions`;
  };
  let asked = 0;
  const filter = async () => {
    const words = chosen.words.value.trim().toLowerCase(), mine = ++asked;
    const said = words ? (await whole()).questions : [];
    if (mine !== asked) return;  // the filter was changed meanwhile
    held = data.questions.filter((question) =>
      (!chosen.failure.value || question.f.includes(Number(chosen.failure.value)))
      && (!chosen.language.value || question.l === chosen.language.value)
      && (!chosen.type.value || question.t === chosen.type.value)
      && (!words || `${question.i}\n${question.q}\n${said[question.n].a}`.toLowerCase().includes(words)));
    byId("list").replaceChildren();
    shown = 0;
    more();
  };
  for (const control of Object.values(chosen)) control.addEventListener("input", filter);
  byId("more").addEventListener("click", more);
  filter();
}

unpacked("index").then(start).catch((error) => { byId("count").textContent = `The list cannot be read: ${error.message}`; });
