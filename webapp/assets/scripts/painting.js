/* One painting from the server: POST /api/paint, whose answer is a stream of events. */
import { limit } from "./limits.js";
import { Lost, persist, Refusal } from "./persist.js";
import { say } from "./texts.js";

// Characters of an answer that are read as they come. More is the painting itself, which is read once it is whole.
const PIECE = 2 ** 16;
const TOO_MANY = 429; // the status for one who asks too often

/**
 * The painting of a photo, both Blobs. `report` is told of ["uploading", share], ["waiting", position],
 * ["painting", share], ["receiving"], and ["busy", seconds, often] until it is tried again. Rejects with a Refusal, and
 * with an AbortError where `signal` says so.
 */
export function requestPainting(photo, options, calls) {
  return persist(() => post(photo, options, calls), calls.signal, (seconds, { often }) => calls.report("busy", seconds, often));
}

function post(photo, options, { signal, report }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch() says nothing of how far an upload is
    const lost = () => reject(new Lost(say("lost")));
    let read = 0;

    function readEvents(text) {
      for (let end; (end = text.indexOf("\n\n", read)) >= 0; read = end + 2) {
        const [, name, data] = text.slice(read, end).match(/^event: (.*)\ndata: (.*)$/);
        take(name, JSON.parse(data));
      }
    }

    function take(name, data) {
      if (name === "queued") report("waiting", data.position);
      if (name === "progress") report("painting", data.done / data.total);
      if (name === "error") reject(new Refusal(data.error, true));
      if (name === "painting") resolve(decode(data));
    }

    request.upload.onprogress = ({ loaded, total }) => report("uploading", loaded / total);
    request.onprogress = ({ loaded }) => {
      if (request.status !== 200) return;
      if (loaded - read > PIECE) report("receiving");
      else readEvents(request.responseText);
    };
    request.onload = () => {
      if (request.status !== 200) return reject(refusal(request.status, request.responseText, request.getResponseHeader("Retry-After")));
      readEvents(request.responseText);
      lost(); // nothing, where the painting has come
    };
    request.onerror = lost;
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());

    const most = limit("maxBytes"); // the page may have been left since it was asked
    if (photo.size > most) {
      return reject(new Refusal(say("too_large", { megabytes: Math.floor(most / 2 ** 20) }), false));
    }
    const form = new FormData();
    form.append("photo", photo, "photo"); // its name stays here
    for (const [name, value] of Object.entries(options)) form.append(name, value);
    request.open("POST", "/api/paint");
    request.setRequestHeader("Accept", "text/event-stream");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    report("uploading", 0);
    if (signal.aborted) request.onabort();
    else request.send(form);
  });
}

/** What an answer other than 200 says, as a Refusal. */
export function refusal(status, text, retryAfter) {
  try {
    return new Refusal(JSON.parse(text).error, status >= 500, retryAfter === null ? null : Number(retryAfter), status === TOO_MANY);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new Lost(say("lost")); // somebody between us and the server has answered
  }
}

function decode({ type, data }) {
  const binary = atob(data);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return new Blob([bytes], { type });
}
