/* Gives a painting the photo's detail back: painting + photo - low pass of the photo, as cyclegan.paint does. */
import { draw } from "../shared/image.js";
import { limit } from "./limits.js";

// The longer side, in pixels, of the smaller painting that a brush takes its strokes from: see cyclegan/paint/brush.py.
const BRUSHES = { broad: 256, medium: 512, fine: Infinity };

const MOST = 2 ** 24; // pixels: of more, some browsers make no canvas

/** Returns whether detailed() has all pixels of a painting of this size. */
export const isExact = ({ width, height }) => width * height <= MOST;

/** Returns the largest sides, at most these, of which every browser makes a canvas. */
export function fitting(width, height) {
  const scale = Math.min(1, Math.sqrt(MOST / (width * height)));
  return [width, height].map((side) => Math.floor(side * scale));
}

/** Returns a canvas with the painting and all of the detail. `photo` and `painting` are images. */
export function detailed(photo, painting, brush) {
  const [width, height] = fitting(painting.naturalWidth, painting.naturalHeight);
  const canvas = draw(painting, width, height);
  const context = canvas.getContext("2d");
  const result = context.getImageData(0, 0, width, height);
  const original = pixels(draw(photo, width, height));
  const kept = pixels(lowPass(photo, width, height, brush));
  for (let i = 0; i < original.length; i++) {
    if (i % 4 < 3) result.data[i] += original[i] - kept[i]; // clamped to 0…255; the fourth is the opacity
  }
  context.putImageData(result, 0, 0);
  return canvas;
}

/* What the generator keeps of the photo at this size, from the size at which the brush paints. */
function lowPass(photo, width, height, brush) {
  const scale = Math.min(1, BRUSHES[brush] / Math.max(width, height));
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const side = limit("lowPass");
  const means = averaged(draw(photo, w, h), side);
  const kept = Object.assign(document.createElement("canvas"), { width: w, height: h });
  const context = kept.getContext("2d");
  context.imageSmoothingQuality = "low"; // bilinear
  context.drawImage(means, 0, 0, means.width * side, means.height * side); // the last squares may reach beyond the edge
  return draw(kept, width, height);
}

/* Returns a canvas with one pixel for each square of `side` × `side` pixels: its mean. The last ones repeat the edge. */
function averaged(canvas, side) {
  const [width, height] = [canvas.width, canvas.height];
  const data = pixels(canvas);
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  const means = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const sum = [0, 0, 0];
      for (let n = 0; n < side * side; n++) {
        const y = Math.min(height - 1, row * side + Math.floor(n / side));
        const x = Math.min(width - 1, column * side + (n % side));
        for (let channel = 0; channel < 3; channel++) sum[channel] += data[4 * (y * width + x) + channel];
      }
      means.data.set([...sum.map((total) => total / (side * side)), 255], 4 * (row * columns + column));
    }
  }
  const small = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  small.getContext("2d").putImageData(means, 0, 0);
  return small;
}

function pixels(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
}
