/* A photo on its way through the network: POST /api/inside, whose response has a picture of every layer. */
import { fetchExample, picker } from "../shared/choose.js";
import { JPEG_QUALITY, read, shrink, toBlob } from "../shared/image.js";
import { onArrival } from "../shared/page.js";
import { Lost, persist, Refusal, refusal } from "../shared/retry.js";
import { say } from "../shared/texts.js";

const SIDE = 512; // pixels, the longer side of the upload; the server inspects fewer
const byId = (id) => document.getElementById(id);
const own = picker(([file]) => look(() => small(file)), {});

let job = null; // the AbortController of the current job
let retry = null; // repeats the failed job
let seen = null; // the server's last response
let complaint = null; // the function that returns what went wrong

/* Inspects one photo at a time: a new one cancels the current one. A refusal is shown as a sentence. */
async function look(fetchPhoto) {
  job?.abort();
  const mine = new AbortController();
  [job, retry, complaint] = [mine, () => look(fetchPhoto), null];
  show();
  try {
    const photo = await fetchPhoto(mine.signal);
    const count = (seconds, { often }) => show(say(often ? "too_often" : "busy", { seconds }));
    const response = await persist(() => ask(photo, mine.signal), mine.signal, count);
    if (!mine.signal.aborted) seen = response;
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof Refusal)) throw error;
    complaint = error.sentence;
    if (!error.again) retry = null;
  } finally {
    if (job === mine) {
      job = null;
      show();
    }
  }
}

async function ask(photo, signal) {
  const form = new FormData();
  form.append("photo", photo, "photo");
  const headers = { "Accept-Language": document.documentElement.lang };
  let response, text;
  try {
    response = await fetch("/api/inside", { method: "POST", body: form, headers, signal });
    text = await response.text();
  } catch (error) {
    if (error instanceof TypeError) throw new Lost(); // a broken connection
    throw error;
  }
  if (!response.ok) throw refusal(response.status, text, response.headers.get("Retry-After"));
  return JSON.parse(text);
}

async function example(name, signal) {
  const file = await fetchExample(name, signal);
  if (!file) throw new Refusal(() => say("example_lost"), true);
  return small(file);
}

/** Shrinks the photo. A file that the browser can't read, such as HEIC, is sent as it is. */
async function small(file) {
  const image = await read(file);
  if (!image) return file;
  const blob = await toBlob(shrink(image, SIDE), "image/jpeg", JPEG_QUALITY);
  URL.revokeObjectURL(image.src);
  return blob;
}

function show(working = say("inside_working")) {
  if (!byId("inside-result")) return; // another page is shown
  byId("inside-status").textContent = job ? working : seen ? say("inside_done") : say("inside_idle");
  byId("inside-failure").hidden = !complaint;
  byId("inside-error").textContent = complaint?.() ?? "";
  byId("inside-retry").hidden = !retry;
  byId("inside-result").hidden = !seen;
  byId("inside").toggleAttribute("data-working", Boolean(job));
  if (seen) showAnswer(seen);
}

function showAnswer({ layers, judge }) {
  layers.forEach(({ image, ...size }, at) => {
    document.querySelector(`img[data-sheet="${at}"]`).src = image;
    const last = at === layers.length - 1;
    document.querySelector(`[data-sheet-size="${at}"]`).textContent = say(last ? "inside_change" : "inside_maps", size);
  });
  for (const [name, { image, mean }] of Object.entries(judge)) {
    document.querySelector(`img[data-judged="${name}"]`).src = image;
    document.querySelector(`[data-score="${name}"]`).textContent = say("inside_score", { mean: mean.toFixed(2) });
  }
}

document.addEventListener("click", (event) => {
  const { id, dataset } = event.target.closest("button") ?? {};
  if (dataset?.inside) look((signal) => example(dataset.inside, signal));
  else if (id === "inside-own") own.click();
  else if (id === "inside-retry") retry?.();
});
onArrival(show);
show();
