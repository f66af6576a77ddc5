/* Draws the state of paint.js onto the page. Dash lays the page out; everything that changes is drawn here. */
import { limit } from "./limits.js";
import { keyOf } from "./painting.js";
import * as stage from "./stage.js";
import * as takeaway from "./takeaway.js";
import { say } from "../shared/texts.js";

const byId = (id) => document.getElementById(id);

export const strength = () => Number(byId("strength").value);
export const detail = () => Number(byId("detail")?.value ?? 0); // a style without detail to give back has no slider
export const look = () => ({ strength: strength(), detail: detail() });
export const isBeside = () => byId("beside").checked; // the file shows the photo, too
export const format = () => byId("format").value;
export const isShown = () => Boolean(byId("stage"));

export const brushes = () => [...document.querySelectorAll("#brush input")].map(({ value }) => value);

/** Returns the chosen size and brush. */
export const options = () => ({
  size: document.querySelector("#size input:checked").value,
  brush: document.querySelector("#brush input:checked").value,
});

export function setOptions(values) {
  if (!isShown()) return;
  for (const [name, value] of Object.entries(values)) window.dash_clientside.set_props(name, { value });
}

export function draw(state) {
  if (!isShown()) return; // another page is shown, or none yet
  const sentence = (state.job ? state.working : state.note)?.() ?? describe(state);
  byId("easel").dataset.state = state.phase;
  byId("easel").toggleAttribute("data-photo", Boolean(state.photo));
  byId("easel").toggleAttribute("data-painted", Boolean(state.shown));
  drawStage(state);
  drawProgress(state);
  drawFilm(state);
  drawBrushes(state);
  drawNotice(state);
  byId("status").textContent = state.job ? "" : sentence;
  byId("announcer").textContent = sentence;
  byId("paint").textContent = say(state.reached ? "paint_again" : "paint");
  byId("paint").ariaDisabled = String(!state.mayPaint);
  byId("crop").ariaDisabled = String(!state.mayCrop);
  byId("strength-value").textContent = `${strength()} %`;
  if (byId("detail-value")) byId("detail-value").textContent = `${detail()} %`;
  byId("copy").hidden = !takeaway.canCopy();
  byId("share").hidden = !takeaway.canShare();
}

function describe({ photo, shown, reached }) {
  if (!photo) return "";
  if (!shown) return reached ? say("photo_shown", { width: photo.width, height: photo.height }) : say("ready");
  const { width, height, options: painted } = shown;
  const done = say("painted", { number: painted.passes, passes: limit("passes"), width, height });
  return [done, ...new Set([...photo.notices, ...shown.notices])].join(" ");
}

function drawStage({ photo, shown, detailed }) {
  if (!photo) return;
  stage.shape(photo.width, photo.height);
  source(byId("photo"), photo.url);
  source(byId("painting"), shown?.url);
  const canvas = shown && detailed.painting === shown ? detailed.canvas : null;
  if (canvas) stage.drawDetailed(canvas);
  stage.blend(strength(), canvas ? detail() : 0);
  stage.recut();
}

function drawProgress({ working, share }) {
  for (const place of ["opening", "working"]) byId(place).textContent = working?.() ?? "";
  if (share === null) byId("progress").removeAttribute("value"); // the progress is unknown
  else byId("progress").value = 100 * share;
}

/* The thumbnails are all of the chosen size and brush: a pass that isn't painted so has none, and is painted when shown. */
function drawFilm({ photo, paintings, reached, shown, job, wanted }) {
  const chosen = options();
  for (const frame of document.querySelectorAll("[data-pass]")) {
    const number = Number(frame.dataset.pass);
    const busy = Boolean(job) && number === wanted;
    frame.hidden = number > reached && !busy;
    frame.toggleAttribute("data-busy", busy);
    frame.ariaPressed = String(number === (shown?.options.passes ?? 0));
    source(frame.querySelector("img"), (number ? paintings.get(keyOf({ ...chosen, passes: number })) : photo)?.thumbnail);
  }
}

function drawBrushes({ comparing, paintings, shown }) {
  byId("brushes").hidden = !comparing;
  if (!comparing) return;
  for (const frame of byId("brushes").querySelectorAll("[data-brush]")) {
    const { brush } = frame.dataset;
    source(frame.querySelector("img"), paintings.get(keyOf({ ...shown.options, brush }))?.url);
    frame.ariaPressed = String(brush === shown.options.brush);
  }
}

function drawNotice({ complaint, retry }) {
  byId("notice").hidden = !complaint;
  byId("error").textContent = complaint?.() ?? "";
  byId("retry").hidden = !retry;
  byId("another").hidden = Boolean(retry);
}

function source(image, url) {
  if (!url) image.removeAttribute("src");
  else if (image.src !== url) image.src = url;
}

/** Scrolls as little as is needed to see the picture. */
export function reveal() {
  byId("viewport")?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** Moves the focus to the paint button when the focused element is about to be hidden. */
export function focusPaint() {
  byId("paint")?.focus({ preventScroll: true }); // on a small screen, the photo would be scrolled out of sight
}
