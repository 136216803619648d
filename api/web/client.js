// Talking to the service: requests with a key where one is needed, and server-sent events over POST.

import { words } from "./words.js";

const KEY = "wenju-key"; // in this tab's memory only

/** Something that went wrong, in words to be shown. */
export class Failure extends Error {}

/** Asks the reader for the service's key; null when the reader declines. */
function askForKey() {
  const dialog = document.getElementById("key-dialog");
  const input = document.getElementById("key");
  input.value = "";
  dialog.returnValue = "";
  document.getElementById("key-cancel").onclick = () => dialog.close();
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok" ? input.value.trim() : null), {
      once: true,
    });
  });
}

async function send(path, { body, signal } = {}) {
  const headers = {};
  const key = sessionStorage.getItem(KEY);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const method = body === undefined ? "GET" : "POST";
  try {
    return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(words.unreachable);
  }
}

/** The reply to a GET, or to a POST where there is a `body`. Asks for a key when the service wants one, unless `quiet`. */
export async function request(path, { quiet = false, ...options } = {}) {
  let response = await send(path, options);
  while (response.status === 401 && !quiet) {
    const key = await askForKey();
    if (!key) break;
    // A header holds printable ASCII: any other key cannot be sent from here, fetch would refuse to.
    sessionStorage.setItem(KEY, /^[\x21-\x7e]+$/.test(key) ? key : "");
    response = await send(path, options);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Failure(words.failed(problem.detail ?? `${response.status} ${response.statusText}`));
}

/** The events of a stream, as `{event, data}`. */
export async function* events(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder(); // a character may be cut in two by the network
  let pending = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const frames = (pending + decoder.decode(value, { stream: true })).split("\n\n");
    pending = frames.pop();
    for (const frame of frames) {
      const fields = { event: "message", data: "" };
      for (const line of frame.split("\n")) {
        const colon = line.indexOf(": ");
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (fields.data) yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/** The text of a reply, nothing taken away: `text()` would drop a byte order mark, and with it shift every offset. */
export async function exactText(response) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}
