/* Files ↔ images ↔ canvases. */

const THUMBNAIL = 192; // pixels, the longer side

/** A picture file as an image, null where the browser can't read it. Its address is the caller's to revoke. */
export async function read(blob) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    if (image.naturalWidth) return image; // an SVG may have no size
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  URL.revokeObjectURL(image.src);
  return null;
}

/** A canvas with the image over white. */
export function draw(image, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}

/** A canvas with the image over white, with no more than `longerSide` pixels on its longer side. */
export function shrink(image, longerSide) {
  const sides = [image.naturalWidth, image.naturalHeight];
  const scale = Math.min(1, longerSide / Math.max(...sides));
  return draw(image, ...sides.map((side) => Math.max(1, Math.round(side * scale))));
}

/** Promises the canvas as a file; null where the browser can't make one. */
export function toBlob(canvas, type, quality) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}

/** A small copy, as an address that holds it. */
export function thumbnail(image) {
  const scale = Math.min(1, THUMBNAIL / Math.max(image.naturalWidth, image.naturalHeight));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, side * scale));
  return draw(image, width, height).toDataURL("image/jpeg");
}
