/* Conversions between files, images and canvases. */

export const JPEG_QUALITY = 0.92; // of photos sent to the server: about 0.3 MB at 1024 pixels
const THUMBNAIL = 192; // pixels, the longer side

/** Resolves with the image in a picture file, or with null if the browser can't read it. The caller revokes its URL. */
export async function read(blob) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    if (image.naturalWidth) return image; // an SVG may have none
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  URL.revokeObjectURL(image.src);
  return null;
}

/** Returns a canvas with the image on a white background. */
export function draw(image, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}

/** Returns a canvas with the image on white, its longer side at most `longerSide` pixels. */
export function shrink(image, longerSide) {
  const sides = [image.naturalWidth, image.naturalHeight];
  const scale = Math.min(1, longerSide / Math.max(...sides));
  return draw(image, ...sides.map((side) => Math.max(1, Math.round(side * scale))));
}

/** Resolves with the canvas as a Blob, or with null if the browser can't encode it. */
export function toBlob(canvas, type, quality) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}

/** Returns a small copy as a data URL. */
export function thumbnail(image) {
  const scale = Math.min(1, THUMBNAIL / Math.max(image.naturalWidth, image.naturalHeight));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, side * scale));
  return draw(image, width, height).toDataURL("image/jpeg");
}
