/* The dialog in which a photo is cropped, straightened and turned. It and its library are loaded when it is first opened. */
import { around, fitted, shaped, towards, turned } from "./crop-box.js";
import { fitting } from "./detail.js";
import { JPEG_QUALITY, toBlob } from "../shared/image.js";
import { say } from "../shared/texts.js";
import "../vendor/cropper.js"; // defines the elements <cropper-…>

const EDGES = ["n", "e", "s", "w", "ne", "nw", "se", "sw"];
const MARGIN = 14; // pixels of the screen around the photo, for the handles
const LEAST = 64; // pixels of the screen: on a smaller frame, the handles would cover each other
const STEP = 0.01; // of the photo's longer side, for each press of an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const byId = (id) => document.getElementById(id);

/** Lets the person crop the photo. Resolves with a File of what is in the frame, or with null if that is the same photo. */
export function crop(photo) {
  const dialog = byId("cropper");
  dialog.returnValue = ""; // closing it with Escape does not change this
  dialog.showModal();
  const cropping = new Cropping(photo);
  return new Promise((resolve) => {
    const close = () => {
      cropping.end();
      resolve(dialog.returnValue === "use" && cropping.isChanged ? cropping.toFile() : null);
    };
    dialog.addEventListener("close", close, { once: true });
  });
}

class Cropping {
  #photo;
  #quarters = 0; // turns to the right
  #degrees = 0; // of straightening, to the right
  #shape = "free"; // or "original", or proportions such as "4:3"
  #wanted; // the box, see crop-box.js, that was last drawn by hand
  #box; // the box that is seen: as much of that one as the shape and the slanted photo have room for
  #scale = 1; // pixels of the screen for each of the photo
  #isDrawing = false;
  #picture;
  #frame;
  #listening = new AbortController();
  #observer = new ResizeObserver(() => this.#draw());

  constructor(photo) {
    this.#photo = photo;
    this.#wanted = this.#box = this.#whole;
    for (const [name, value] of [["crop-angle", 0], ["crop-shape", "free"]]) window.dash_clientside.set_props(name, { value });
    this.#lay();
    this.#listen();
    this.#draw(); // at once, for the library soon reports the frame as it is by then
    this.#observer.observe(byId("crop-area"));
    this.#frame.focus();
  }

  #lay() {
    this.#picture = Object.assign(document.createElement("img"), { src: this.#photo.url, alt: "", draggable: false });
    const handles = ["move", ...EDGES.map((edge) => `${edge}-resize`)].map((action) => element("cropper-handle", { action, plain: "" }));
    this.#frame = element("cropper-selection", { movable: "", resizable: "", precise: "" }, ...handles);
    // A screen reader leaves the arrow keys to an application.
    Object.assign(this.#frame, { tabIndex: 0, role: "application", ariaLabel: say("crop_frame") });
    this.#frame.setAttribute("aria-describedby", "crop-hint");
    byId("crop-area").replaceChildren(element("cropper-canvas", {}, this.#picture, this.#frame));
  }

  #listen() {
    const { signal } = this.#listening;
    const on = (id, type, listener) => byId(id).addEventListener(type, listener, { signal });
    on("crop-left", "click", () => this.#turn(-1));
    on("crop-right", "click", () => this.#turn(1));
    on("crop-cancel", "click", () => byId("cropper").close());
    on("crop-use", "click", () => byId("cropper").close("use"));
    on("crop-angle", "input", ({ target }) => this.#set({ degrees: Number(target.value) }));
    on("crop-shape", "change", ({ target }) => this.#set({ shape: target.value }));
    this.#frame.addEventListener("change", (event) => this.#drag(event));
    this.#frame.addEventListener("keydown", (event) => this.#press(event));
    // The library would keep the wheel from scrolling the dialog.
    byId("crop-area").addEventListener("wheel", (event) => event.stopPropagation(), { capture: true, signal });
  }

  end() {
    this.#listening.abort();
    this.#observer.disconnect();
    byId("crop-area")?.replaceChildren();
  }

  get #angle() {
    return ((this.#quarters * 90 + this.#degrees) * Math.PI) / 180;
  }

  /** The box around the photo as it has been turned, straightened or not. */
  get #whole() {
    const { width, height } = this.#photo;
    return { x: 0, y: 0, ...(this.#quarters % 2 ? { width: height, height: width } : { width, height }) };
  }

  get #ratio() {
    if (this.#shape === "free") return null;
    const { width, height } = this.#whole;
    const [across, down] = this.#shape === "original" ? [width, height] : this.#shape.split(":").map(Number);
    return across / down;
  }

  #turn(quarter) {
    this.#quarters += quarter;
    this.#wanted = turned(this.#wanted, quarter);
    this.#set({});
  }

  #set({ degrees = this.#degrees, shape = this.#shape }) {
    [this.#degrees, this.#shape] = [degrees, shape];
    this.#frame.aspectRatio = this.#ratio ?? NaN;
    this.#box = fitted(shaped(this.#wanted, this.#ratio), this.#photo, this.#angle);
    this.#draw();
  }

  /* Moves or resizes the frame towards this box, as far as the photo goes. */
  #reach(box) {
    const limits = { photo: this.#photo, angle: this.#angle, least: LEAST / this.#scale, kept: this.#ratio !== null };
    this.#wanted = this.#box = towards(this.#box, box, limits);
    this.#draw();
  }

  /* The library has the frame follow the pointer, even beyond the photo. */
  #drag(event) {
    if (this.#isDrawing) return;
    event.preventDefault();
    const { x, y, width, height } = event.detail;
    const [left, top] = this.#middle;
    const box = { x: x + width / 2 - left, y: y + height / 2 - top, width, height };
    this.#reach(Object.fromEntries(Object.entries(box).map(([key, value]) => [key, value / this.#scale])));
  }

  #press(event) {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    const step = STEP * Math.max(this.#photo.width, this.#photo.height);
    let [x, y] = ARROWS[event.key].map((direction) => direction * step);
    const { width, height } = this.#box;
    if (!event.shiftKey) return this.#reach({ ...this.#box, x: this.#box.x + x, y: this.#box.y + y });
    if (this.#ratio) [x, y] = x ? [x, x / this.#ratio] : [y * this.#ratio, y];
    this.#reach({ x: this.#box.x + x / 2, y: this.#box.y + y / 2, width: width + x, height: height + y });
  }

  get #middle() {
    const { clientWidth, clientHeight } = byId("crop-area");
    return [clientWidth / 2, clientHeight / 2];
  }

  #draw() {
    const [left, top] = this.#middle;
    const room = around(this.#photo, this.#angle);
    this.#scale = Math.max(0, Math.min((2 * (left - MARGIN)) / room.width, (2 * (top - MARGIN)) / room.height));
    this.#picture.style.width = `${this.#photo.width * this.#scale}px`;
    this.#picture.style.transform = `translate(-50%, -50%) rotate(${this.#angle}rad)`;
    const { x, y, width, height } = this.#box;
    const [w, h] = [width * this.#scale, height * this.#scale];
    this.#isDrawing = true;
    this.#frame.$change(left + x * this.#scale - w / 2, top + y * this.#scale - h / 2, w, h);
    this.#isDrawing = false;
    const degrees = say("crop_degrees", { degrees: this.#degrees });
    byId("crop-angle").ariaValueText = byId("crop-angle-value").textContent = degrees;
    byId("crop-size").textContent = say("crop_size", this.#pixels);
  }

  get #pixels() {
    const [width, height] = fitting(...[this.#box.width, this.#box.height].map((side) => Math.max(1, Math.round(side))));
    return { width, height };
  }

  get isChanged() {
    const { width, height } = this.#whole;
    return this.#angle % (2 * Math.PI) !== 0 || this.#pixels.width < width || this.#pixels.height < height;
  }

  /** Resolves with what is in the frame, under the name of the photo. */
  async toFile() {
    const { width, height } = this.#pixels;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.fillStyle = "white"; // as in image.js, for a photo that is see-through
    context.fillRect(0, 0, width, height);
    context.translate(width / 2, height / 2);
    context.scale(width / this.#box.width, height / this.#box.height);
    context.translate(-this.#box.x, -this.#box.y);
    context.rotate(this.#angle);
    context.drawImage(this.#photo.image, -this.#photo.width / 2, -this.#photo.height / 2);
    const blob = await toBlob(canvas, "image/jpeg", JPEG_QUALITY);
    return new File([blob], `${this.#photo.stem}.jpg`, { type: blob.type });
  }
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
