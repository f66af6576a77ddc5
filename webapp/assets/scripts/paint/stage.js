/* The stage: the slider between photo and painting, the hold button that shows the photo, and 100 % with panning. */
import { say } from "../shared/texts.js";

const byId = (id) => document.getElementById(id);
let zoomed = false;
let seam = 0; // per cent of the viewport, from its left, that show the photo

/** Gives the stage the shape of a photo before any of its pixels arrive. */
export function shape(width, height) {
  byId("viewport").style.setProperty("--ratio", width / height);
}

/** Prepares the stage for a new photo: fitted to the stage, the slider at the painting's end. */
export function reset() {
  if (!byId("viewport")) return; // Dash has not drawn the stage yet
  if (zoomed) zoom(false);
  byId("viewport").classList.remove("sweep");
  compare(0);
}

/** Lets the first painting of a photo sweep in over it. */
export function sweep() {
  byId("viewport")?.classList.add("sweep");
}

/** Sets how strongly the painting covers the photo, and how much of the photo's detail it has, both 0 to 100. */
export function blend(strength, detail) {
  byId("painted").style.opacity = strength / 100;
  byId("detailed").style.opacity = detail / 100;
}

/** Draws the layer that has all of the photo's detail, from a canvas as large as the painting. */
export function drawDetailed(canvas) {
  const layer = byId("detailed");
  if (layer.drawn === canvas) return;
  layer.drawn = canvas;
  [layer.width, layer.height] = [canvas.width, canvas.height];
  layer.getContext("2d").drawImage(canvas, 0, 0);
}

/* Sets the slider: 0 shows only the painting, 100 only the photo. */
function compare(percent) {
  seam = percent;
  window.dash_clientside.set_props("compare", { value: percent });
  cut();
}

/* Cuts the painting where the slider stands in the viewport. At 100 % the picture is larger than the viewport. */
function cut() {
  const [view, picture] = [byId("viewport"), byId("picture")].map((element) => element.getBoundingClientRect());
  const edge = view.left + (view.width * seam) / 100;
  byId("viewport").style.setProperty("--seam", `${seam}%`);
  byId("viewport").style.setProperty("--at", seam / 100);
  byId("viewport").style.setProperty("--cut", `${(100 * (edge - picture.left)) / Math.max(1, picture.width)}%`);
  byId("compare").ariaValueText = say("compared", { percent: seam });
}

/** Cuts the painting again after something has moved, or after Dash has drawn another slider. */
export function recut() {
  if (!byId("compare")) return;
  if (Number(byId("compare").value) === seam) cut();
  else compare(seam);
}

/* At 100 % one pixel of the painting covers one pixel of the screen. `x` and `y`, 0 to 1, are the point to show. */
function zoom(on, x = 0.5, y = 0.5) {
  zoomed = on;
  const scroller = byId("scroller");
  const pixels = (byId("painting").naturalWidth || byId("photo").naturalWidth) / devicePixelRatio;
  byId("viewport").toggleAttribute("data-zoomed", on);
  byId("picture").style.width = on ? `${pixels}px` : "";
  byId("zoom").ariaPressed = String(on);
  scroller.tabIndex = on ? 0 : -1; // lets the arrow keys pan
  scroller.scrollTo(
    x * (scroller.scrollWidth - scroller.clientWidth),
    y * (scroller.scrollHeight - scroller.clientHeight),
  );
  recut();
}

function hold(on) {
  byId("viewport").toggleAttribute("data-held", on);
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "compare") return;
  byId("viewport").classList.remove("sweep");
  seam = Number(event.target.value);
  cut();
});
document.addEventListener("animationend", (event) => {
  if (event.target.id === "viewport") event.target.classList.remove("sweep");
});
document.addEventListener("load", (event) => event.target.id === "painting" && zoomed && zoom(true), true);
document.addEventListener("scroll", (event) => event.target.id === "scroller" && recut(), true);
addEventListener("resize", recut);

document.addEventListener("click", (event) => {
  if (event.target.closest("#zoom")) zoom(!zoomed);
});
document.addEventListener("dblclick", (event) => {
  const viewport = event.target.closest("#viewport");
  if (!viewport) return;
  const { left, top, width, height } = viewport.getBoundingClientRect();
  zoom(!zoomed, (event.clientX - left) / width, (event.clientY - top) / height);
});

document.addEventListener("pointerdown", (event) => {
  if (event.target.closest("#hold")) hold(true);
  if (zoomed && event.pointerType === "mouse" && event.target.closest("#scroller")) pan(event);
});
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, () => byId("viewport") && hold(false));
document.addEventListener("contextmenu", (event) => event.target.closest?.("#hold") && event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.target.id === "hold" && (event.key === " " || event.key === "Enter")) hold(true);
});
document.addEventListener("keyup", (event) => event.target.id === "hold" && hold(false));

/* Pans with the mouse; touch scrolls natively. */
function pan(start) {
  const scroller = byId("scroller");
  const { scrollLeft, scrollTop } = scroller;
  const move = (event) =>
    scroller.scrollTo(scrollLeft + start.clientX - event.clientX, scrollTop + start.clientY - event.clientY);
  start.preventDefault(); // otherwise the browser starts to drag the image
  addEventListener("pointermove", move);
  addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
}
