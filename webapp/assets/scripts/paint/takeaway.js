/* The finished file: the painting as it is seen, blended with the photo, at its own size. */
import { detailed, fitting, isExact } from "./detail.js";
import { draw, read, toBlob } from "../shared/image.js";
import { requestPainting } from "./painting.js";

const GAP = 16; // pixels, between photo and painting
const QUALITY = { "image/jpeg": 0.92, "image/webp": 0.9 };

/**
 * Resolves with the file of a painting ({blob, options}) of `photo`, blended as `look` says, {strength, detail}, as png,
 * jpeg or webp.
 * The server makes what the browser can't: WebP in Safari, or a picture too large for a canvas.
 */
export async function develop(painting, photo, look, format, calls) {
  const type = `image/${format}`;
  if (look.strength === 100 && look.detail === 0 && type === painting.blob.type) return painting.blob;
  const original = await photo.forSize(painting.options.size);
  const file = look.detail === 0 || isExact(painting) ? await blended(original, painting, look, type) : null;
  if (file?.type === type) return file;
  return (await requestPainting(original, { ...painting.options, ...look, format }, calls)).blob;
}

/** Resolves with a picture file, of the type of `file`, that shows the photo on the left of its painting, `file`. */
export async function beside(painting, photo, file) {
  const pictures = await Promise.all([photo.forSize(painting.options.size).then(read), read(file)]);
  const [width, height] = fitting(2 * painting.width + GAP, painting.height);
  const canvas = draw(pictures[0], width, height);
  const half = (width * painting.width) / (2 * painting.width + GAP);
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, width, height);
  pictures.forEach((picture, at) => context.drawImage(picture, at * (width - half), 0, half, height));
  for (const { src } of pictures) URL.revokeObjectURL(src);
  return toBlob(canvas, file.type, QUALITY[file.type]);
}

async function blended(original, { blob, width, height, options }, { strength, detail }, type) {
  const [photo, painting] = await Promise.all([read(original), read(blob)]);
  const painted = draw(painting, width, height);
  if (detail > 0) cover(painted, detailed(photo, painting, options.brush), detail);
  const canvas = draw(photo, width, height);
  cover(canvas, painted, strength);
  for (const image of [photo, painting]) URL.revokeObjectURL(image.src);
  return toBlob(canvas, type, QUALITY[type]);
}

function cover(canvas, layer, percent) {
  const context = canvas.getContext("2d");
  context.globalAlpha = percent / 100;
  context.drawImage(layer, 0, 0);
}

/** holiday.heic → holiday-monet.png */
export function fileName(photo, format) {
  return `${photo.stem}-monet.${format === "jpeg" ? "jpg" : format}`;
}

export function save(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // milliseconds, enough for the browser to start the download
}

export const canCopy = () => Boolean(navigator.clipboard?.write);

/** `file` is a Promise of a PNG, because Safari must be asked before the file exists. */
export function copy(file) {
  return navigator.clipboard.write([new ClipboardItem({ "image/png": file })]);
}

/** Returns whether the system has a share sheet that accepts pictures. */
export function canShare() {
  return Boolean(navigator.canShare?.({ files: [new File([""], "painting.jpg", { type: "image/jpeg" })] }));
}

export function share(file, name) {
  return navigator.share({ files: [new File([file], name, { type: file.type })] });
}
