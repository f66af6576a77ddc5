/* Taking it home: the painting as it is seen, blended with the photo, as a file of its own size. */
import { draw, read, toBlob } from "./image.js";
import { requestPainting } from "./painting.js";

const QUALITY = { "image/jpeg": 0.92, "image/webp": 0.9 };

/**
 * The file of a painting ({blob, options}) of `photo`, blended at `strength`, in the `format` png, jpeg or webp.
 * What the browser can't make, as WebP in Safari or a picture too large for its canvas, the server makes.
 */
export async function develop(painting, photo, strength, format, calls) {
  const type = `image/${format}`;
  if (strength === 100 && type === painting.blob.type) return painting.blob;
  const original = await photo.forSize(painting.options.size);
  const file = await blended(original, painting, strength, type);
  if (file?.type === type) return file;
  return requestPainting(original, { ...painting.options, strength, format }, calls);
}

async function blended(original, { blob, width, height }, strength, type) {
  const [photo, painting] = await Promise.all([read(original), read(blob)]);
  const canvas = draw(photo, width, height);
  const context = canvas.getContext("2d");
  context.globalAlpha = strength / 100;
  context.drawImage(painting, 0, 0);
  for (const image of [photo, painting]) URL.revokeObjectURL(image.src);
  return toBlob(canvas, type, QUALITY[type]);
}

/** holiday.heic → holiday-monet.png */
export function fileName(photo, format) {
  const name = photo.name.replace(/\.[^.]*$/, "") || "photo";
  return `${name}-monet.${format === "jpeg" ? "jpg" : format}`;
}

export function save(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // ms, by which the browser has taken it
}

export const canCopy = () => Boolean(navigator.clipboard?.write);

/** `file` is a Promise of a PNG: Safari wants to be asked before there is one. */
export function copy(file) {
  return navigator.clipboard.write([new ClipboardItem({ "image/png": file })]);
}

/** Whether the system has a share sheet that takes pictures. */
export function canShare() {
  return Boolean(navigator.canShare?.({ files: [new File([""], "painting.jpg", { type: "image/jpeg" })] }));
}

export function share(file, name) {
  return navigator.share({ files: [new File([file], name, { type: file.type })] });
}
