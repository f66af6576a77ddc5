/* One painting from the server: POST /api/paint, whose response is a stream of events. */
import { limit } from "./limits.js";
import { Lost, persist, Refusal, refusal } from "../shared/retry.js";
import { say } from "../shared/texts.js";

// Characters of a response that are parsed as they arrive. A longer part is the painting, which is parsed once complete.
const PIECE = 2 ** 16;

/** Returns the key that a painting with these options has among the paintings of a photo. */
export const keyOf = ({ size, brush, passes }) => `${size} ${brush} ${passes}`;

/**
 * Resolves with the painting of a photo, {blob, notices}; the photo is a Blob, and notices are sentences about it. Calls `report` with ("uploading", share), ("waiting", position),
 * ("painting", share), ("receiving"), and ("busy", seconds, often) before a retry. Rejects with a Refusal, or with an
 * AbortError once `signal` is aborted.
 */
export function requestPainting(photo, options, calls) {
  return persist(() => post(photo, options, calls), calls.signal, (seconds, { often }) => calls.report("busy", seconds, often));
}

function post(photo, options, { signal, report }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch() does not report the progress of an upload
    const lost = () => reject(new Lost());
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
      if (name === "error") reject(new Refusal(() => data.error, true));
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
      lost(); // no effect if the painting has arrived
    };
    request.onerror = lost;
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());

    const most = limit("maxBytes"); // read here because the page may have been left in the meantime
    if (photo.size > most) {
      return reject(new Refusal(() => say("too_large", { megabytes: Math.floor(most / 2 ** 20) }), false));
    }
    const form = new FormData();
    form.append("photo", photo, "photo"); // without its real name, which stays in the browser
    for (const [name, value] of Object.entries(options)) form.append(name, value);
    request.open("POST", "/api/paint");
    request.setRequestHeader("Accept", "text/event-stream");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    report("uploading", 0);
    if (signal.aborted) request.onabort();
    else request.send(form);
  });
}

function decode({ type, notices, data }) {
  const binary = atob(data);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return { blob: new Blob([bytes], { type }), notices };
}
