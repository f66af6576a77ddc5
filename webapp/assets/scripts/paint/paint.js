/* The paint page: its state, and what each action does to it. The photo and its paintings live in the memory of this tab
   and stay there while it shows another page or another language. */
import { detailed } from "./detail.js";
import { fetchExample, listenForPhotos } from "../shared/choose.js";
import { read, thumbnail } from "../shared/image.js";
import { limit } from "./limits.js";
import { onArrival } from "../shared/page.js";
import { requestPainting } from "./painting.js";
import { Refusal } from "../shared/retry.js";
import { openPhoto } from "./photo.js";
import * as stage from "./stage.js";
import * as takeaway from "./takeaway.js";
import { say } from "../shared/texts.js";
import * as view from "./view.js";

const REPAINT_DELAY = 300; // milliseconds without a change before a new option is painted

const state = {
  phase: "empty", // opening, ready, uploading, waiting, painting, painted
  photo: null,
  paintings: new Map(), // "size brush passes" → {blob, url, width, height, options, notices}
  film: [], // thumbnails as data URLs: the photo, then one for each pass so far
  shown: null, // the painting on the stage; null while the photo is shown
  detailed: {}, // {painting, canvas}: the last painting that was given the photo's detail
  job: null, // the AbortController of the current job
  wanted: null, // the pass that is being painted
  working: "", // a sentence that describes the current job
  share: null, // how much of the job is done, 0 to 1; null if unknown
  note: "", // a sentence about what was just done
  complaint: "", // a sentence about what went wrong
  retry: null, // repeats the failed job; null if that would not help

  get mayPaint() {
    return Boolean(this.photo) && !this.job && this.film.length <= limit("passes");
  },
};
let repaint = 0; // the timer of a changed option

function set(changes) {
  Object.assign(state, changes);
  view.draw(state);
}

/* Runs one job at a time: a new one cancels the current one. A refusal is shown as a sentence. */
async function attempt(work, retry) {
  cancel();
  const job = new AbortController();
  set({ job, complaint: "", retry: null, note: "" });
  try {
    await work(job.signal);
  } catch (error) {
    if (job.signal.aborted) return; // a newer job has taken over
    if (!(error instanceof Refusal)) throw error;
    set({ complaint: error.message, retry: error.again ? retry : null });
    restoreOptions();
  } finally {
    if (state.job === job) rest();
  }
}

function cancel() {
  clearTimeout(repaint);
  state.job?.abort();
}

function rest() {
  const phase = state.shown ? "painted" : state.photo ? "ready" : "empty";
  set({ phase, job: null, wanted: null, working: "", share: null });
}

/** Goes back to the options of the painting on the stage after others could not be painted. */
function restoreOptions() {
  if (state.shown) view.setOptions({ size: state.shown.options.size, brush: state.shown.options.brush });
}

/* Returns the calls through which a request reports its progress. */
function listen(signal) {
  const tell = (phase, value, often) => {
    const number = { number: state.wanted, passes: limit("passes") };
    const [working, share] = {
      uploading: () => [say("uploading"), value],
      busy: () => [say(often ? "too_often" : "busy", { seconds: value }), null],
      waiting: () => [value === 1 ? say("waiting_next") : say("waiting", { position: value }), null],
      painting: () => [state.wanted ? say("painting", number) : say("opening"), value],
      receiving: () => [say("receiving"), null],
    }[phase]();
    if (!signal.aborted) set({ phase: state.wanted ? (phase === "busy" ? "waiting" : phase) : state.phase, working, share });
  };
  return { signal, report: tell };
}

/* Opens a File as the new photo. The current one stays if the file can't be read. */
function take(file) {
  return attempt(
    async (signal) => {
      set({ phase: "opening", working: say("opening") });
      const photo = await openPhoto(file, listen(signal));
      if (signal.aborted) return photo.release();
      forget();
      set({ photo, film: [photo.thumbnail], phase: "ready" });
      view.focusPaint();
    },
    () => take(file),
  );
}

function takeExample(name) {
  return attempt(
    async (signal) => {
      set({ phase: "opening", working: say("opening") });
      const file = await fetchExample(name, signal);
      if (!file) throw new Refusal(say("example_lost"), true);
      if (!signal.aborted) take(file);
    },
    () => takeExample(name),
  );
}

function forget() {
  state.photo?.release();
  for (const { url } of state.paintings.values()) URL.revokeObjectURL(url);
  set({ photo: null, paintings: new Map(), film: [], shown: null, detailed: {} });
  stage.reset();
}

/* Shows the painting after `passes` passes. Paints it first if it isn't there yet. */
function paint(passes) {
  const options = { ...view.options(), passes };
  const key = Object.values(options).join(" ");
  return attempt(
    async (signal) => {
      if (!state.paintings.has(key)) {
        set({ phase: "uploading", working: say("uploading"), share: 0, wanted: passes });
        const plain = { ...options, detail: 0 }; // the page gives it back itself
        const { blob, notices } = await requestPainting(await state.photo.forSize(options.size), plain, listen(signal));
        const image = await read(blob);
        if (signal.aborted) return;
        const [width, height] = [image.naturalWidth, image.naturalHeight];
        keep(key, { blob, url: image.src, width, height, options, notices }, image);
      }
      set({ shown: state.paintings.get(key) });
      await giveDetail();
    },
    () => paint(passes),
  );
}

function keep(key, painting, image) {
  if (state.film.length === 1) stage.sweep();
  state.paintings.set(key, painting);
  state.film[painting.options.passes] = thumbnail(image);
}

/* Gives the painting on the stage the detail of its photo, unless none is asked for. */
async function giveDetail() {
  const { photo, shown, detailed: last } = state;
  if (!shown || view.detail() === 0 || last.painting === shown) return;
  const image = await read(shown.blob);
  set({ detailed: { painting: shown, canvas: detailed(photo.image, image, shown.options.brush) } });
  URL.revokeObjectURL(image.src);
}

function changeOptions() {
  if (!state.shown && !state.wanted) return;
  const passes = state.wanted ?? state.shown.options.passes;
  clearTimeout(repaint);
  repaint = setTimeout(() => view.isShown() && paint(passes), REPAINT_DELAY);
}

function stop() {
  if (!state.job) return;
  cancel();
  restoreOptions();
  rest();
  set({ note: say("cancelled") });
  view.focusPaint();
}

function showPhoto() {
  cancel();
  set({ shown: null, note: "" });
  rest();
}

/* Download, copy and share each make the file that is seen, then pass it on. */
const develop = (format, signal) =>
  takeaway.develop(state.shown, state.photo, view.look(), format, listen(signal));

function download() {
  const format = view.format();
  return attempt(async (signal) => {
    takeaway.save(await develop(format, signal), takeaway.fileName(state.photo, format));
  }, download);
}

function copy() {
  return attempt(async (signal) => {
    await takeaway.copy(develop("png", signal)).catch(refuse("not_copied"));
    set({ note: say("copied") });
  });
}

function share() {
  return attempt(async (signal) => {
    const file = await develop("jpeg", signal);
    await takeaway.share(file, takeaway.fileName(state.photo, "jpeg")).catch(refuse("not_shared"));
  });
}

/* Returns a handler that turns an error into a plain sentence, unless the person only closed the system's dialogue. */
function refuse(name) {
  return (error) => {
    if (error instanceof Refusal) throw error;
    if (error.name !== "AbortError") throw new Refusal(say(name), false);
  };
}

const { choose, takePhoto } = listenForPhotos(take);
const actions = {
  choose,
  camera: takePhoto,
  new: choose,
  another: choose,
  paint: () => state.mayPaint && paint(state.film.length),
  retry: () => state.retry?.(),
  dismiss: () => set({ complaint: "", retry: null }),
  cancel: stop,
  download,
  copy,
  share,
};

document.addEventListener("click", (event) => {
  const { id, dataset } = event.target.closest("button") ?? {};
  if (dataset?.example) takeExample(dataset.example);
  else if (dataset?.pass === "0") showPhoto();
  else if (dataset?.pass) paint(Number(dataset.pass));
  else actions[dataset?.action ?? id]?.();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
document.addEventListener("change", (event) => event.target.closest?.("#size, #brush") && changeOptions());
document.addEventListener("input", ({ target }) => {
  if (["strength", "detail"].includes(target.id)) view.draw(state);
  if (target.id === "detail") giveDetail();
});
onArrival(() => view.draw(state));
