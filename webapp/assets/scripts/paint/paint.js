/* The paint page: what each action does to its state. */
import { detailed } from "./detail.js";
import * as history from "./history.js";
import { attempt, cancel, chooseOptions, listen, rest, restoreOptions } from "./job.js";
import { fetchExample, listenForPhotos } from "../shared/choose.js";
import { read } from "../shared/image.js";
import { onArrival } from "../shared/page.js";
import { keyOf } from "./painting.js";
import { Refusal } from "../shared/retry.js";
import { openPhoto, reopenPhoto } from "./photo.js";
import * as series from "./series.js";
import { sharedPhoto } from "./shared-photo.js";
import * as stage from "./stage.js";
import { set, state } from "./state.js";
import * as takeaway from "./takeaway.js";
import { say } from "../shared/texts.js";
import * as view from "./view.js";

const REPAINT_DELAY = 300; // milliseconds without a change before a new option is painted

/* Opens a File as the new photo. The current one stays if the file can't be read. */
function take(file) {
  return attempt(
    async (signal) => {
      set({ phase: "opening", working: () => say("opening") });
      const photo = await openPhoto(file, listen(signal));
      if (signal.aborted) return photo.release();
      forget();
      set({ id: newId(), photo, phase: "ready" });
      view.reveal();
      view.focusPaint();
      remember();
    },
    () => take(file),
  );
}

function takeExample(name) {
  return attempt(
    async (signal) => {
      set({ phase: "opening", working: () => say("opening") });
      const file = await fetchExample(name, signal);
      if (!file) throw new Refusal(() => say("example_lost"), true);
      if (!signal.aborted) take(file);
    },
    () => takeExample(name),
  );
}

/* Takes up a photo of the history again, with all its paintings. */
function reopen(id) {
  return attempt(async (signal) => {
    set({ phase: "opening", working: () => say("opening") });
    const entry = await history.find(id);
    if (!entry) {
      await history.forget(id);
      throw new Refusal(() => say("gone"), false);
    }
    const photo = await reopenPhoto(entry);
    if (signal.aborted) return photo.release();
    forget();
    const paintings = new Map(entry.paintings.map(([key, painting]) => [key, { ...painting, url: URL.createObjectURL(painting.blob) }]));
    const reached = Math.max(0, ...[...paintings.values()].map(({ options }) => options.passes));
    set({ id, photo, paintings, reached, shown: paintings.get(entry.shown) ?? null });
    view.reveal();
    restoreOptions();
    history.setCurrent(id);
    await giveDetail();
  });
}

/* Browsers never ask again for a script that they could not load, so it then has another address. */
let lost = 0;
const loadCropper = () => (lost ? import(`./crop.js?${lost}`) : import("./crop.js"));

function crop() {
  if (!state.mayCrop) return;
  return attempt(async (signal) => {
    const dialog = await loadCropper().catch((error) => {
      if (!(error instanceof TypeError)) throw error;
      lost += 1;
      throw new Refusal(() => say("lost"), true);
    });
    if (!signal.aborted) takeCropped(state.photo, dialog.crop(state.photo)); // nothing is being done while it is open
  }, crop);
}

/* What comes of cropping is another photo, without the paintings of the first. `cropped` is a Promise. */
async function takeCropped(photo, cropped) {
  const file = await cropped;
  if (!file || state.photo !== photo) return;
  series.exchange(photo.name, file);
  take(file);
}

async function remember() {
  const { id, photo, paintings, shown } = state;
  const { name, file, kind, notices } = photo;
  const key = [...paintings.keys()].find((each) => paintings.get(each) === shown);
  const plain = [...paintings].map(([each, { url, ...painting }]) => [each, painting]);
  history.setCurrent(id);
  const kept = await history.keep({ id, name, file, kind, notices, paintings: plain, shown: key, thumbnail: (shown ?? photo).thumbnail });
  if (!kept) set({ note: () => say("history_full") });
}

const newId = () => `${Date.now()}-${Math.random()}`; // crypto.randomUUID() is only there behind TLS

/* Goes back to the start page. */
function close() {
  cancel();
  forget();
  rest();
  series.begin([]);
  history.setCurrent(null);
}

function forget() {
  state.photo?.release();
  for (const { url } of state.paintings.values()) URL.revokeObjectURL(url);
  set({ id: null, photo: null, paintings: new Map(), reached: 0, shown: null, comparing: false, detailed: {} });
  stage.reset();
}

/* Paints with these options, {size, brush, passes}, unless that painting is there already. */
async function bring(options, signal) {
  if (state.paintings.has(keyOf(options))) return;
  set({ phase: "uploading", working: () => say("uploading"), share: 0, wanted: options.passes });
  const last = state.paintings.get(keyOf({ ...options, passes: options.passes - 1 }));
  const painting = await state.photo.paint(options, listen(signal), last);
  signal.throwIfAborted();
  keep(painting);
}

/* Shows the painting with these options, {size, brush, passes}. */
function paint(options) {
  return attempt(
    async (signal) => {
      await bring(options, signal);
      set({ shown: state.paintings.get(keyOf(options)), comparing: false });
      await giveDetail();
      remember();
    },
    () => {
      chooseOptions(options);
      paint(options);
    },
  );
}

function keep(painting) {
  if (state.reached === 0) stage.sweep();
  state.paintings.set(keyOf(painting.options), painting);
  state.reached = Math.max(state.reached, painting.options.passes);
}

/* Paints the pass on the stage with every brush, to choose one by its picture. */
function compareBrushes() {
  const passes = state.shown.options.passes;
  return attempt(async (signal) => {
    for (const brush of view.brushes()) await bring({ ...view.options(), brush, passes }, signal);
    set({ comparing: true });
  }, compareBrushes);
}

function takeBrush(brush) {
  view.setOptions({ brush });
  paint({ ...view.options(), brush, passes: state.shown.options.passes });
}

const paintPass = (passes) => paint({ ...view.options(), passes });

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
  view.draw(state);
  clearTimeout(state.repaint);
  state.repaint = setTimeout(() => view.isShown() && paintPass(passes), REPAINT_DELAY);
}

function stop() {
  if (!state.job) return;
  cancel();
  restoreOptions();
  rest();
  set({ note: () => say("cancelled") });
  view.focusPaint();
}

function showPhoto() {
  cancel();
  set({ shown: null, note: null });
  rest();
}

/* Download, copy and share each make the file that is seen, then pass it on. */
async function develop(format, signal) {
  const { shown, photo } = state;
  const painting = await takeaway.develop(shown, photo, view.look(), format, listen(signal));
  return view.isBeside() ? takeaway.beside(shown, photo, painting) : painting;
}

function download() {
  const format = view.format();
  return attempt(async (signal) => {
    takeaway.save(await develop(format, signal), takeaway.fileName(state.photo, format));
  }, download);
}

function copy() {
  return attempt(async (signal) => {
    await takeaway.copy(develop("png", signal)).catch(refuse("not_copied"));
    set({ note: () => say("copied") });
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
    if (error.name !== "AbortError") throw new Refusal(() => say(name), false);
  };
}

/* Paints all photos that were chosen together like the one on the stage. */
function paintAll() {
  const passes = state.shown?.options.passes ?? 1;
  return attempt(
    (signal) => series.paintAll({ ...view.options(), passes }, view.look(), view.format(), signal),
    paintAll,
  );
}

const { choose, takePhoto } = listenForPhotos((files) => {
  series.begin(files);
  take(files[0]);
});
const actions = {
  choose,
  camera: takePhoto,
  new: choose,
  another: choose,
  crop,
  paint: () => state.mayPaint && paintPass(state.reached + 1),
  retry: () => state.retry?.(),
  dismiss: () => set({ complaint: null, retry: null }),
  cancel: stop,
  download,
  copy,
  share,
  "compare-brushes": compareBrushes,
  "close-brushes": () => set({ comparing: false }),
  "paint-all": paintAll,
  zip: series.download,
  "forget-all": () => history.forget(),
};

document.addEventListener("click", (event) => {
  const { id, dataset } = event.target.closest("button") ?? {};
  if (event.target.closest(".navbar-brand")) close();
  else if (dataset?.example) takeExample(dataset.example);
  else if (dataset?.brush) takeBrush(dataset.brush);
  else if (dataset?.history) reopen(dataset.history);
  else if (dataset?.forget) history.forget(dataset.forget);
  else if (dataset?.pass === "0") showPhoto();
  else if (dataset?.pass) paintPass(Number(dataset.pass));
  else actions[dataset?.action ?? id]?.();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
document.addEventListener("change", (event) => event.target.closest?.("#size, #brush") && changeOptions());
document.addEventListener("input", ({ target }) => {
  if (["strength", "detail"].includes(target.id)) view.draw(state);
  if (target.id === "detail") giveDetail();
});

let begun = false;

/* Opens what another app has shared, or what this tab had before it was reloaded. */
async function begin() {
  begun = true;
  await history.load();
  const shared = await sharedPhoto();
  if (state.photo || state.job) return; // someone was faster
  if (shared) take(shared);
  else if (history.current()) reopen(history.current());
}

onArrival(() => {
  view.draw(state);
  history.draw();
  series.draw();
  if (!begun) begin();
});
