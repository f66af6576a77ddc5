/* A box on a photo that lies turned below it. Boxes are upright, {x, y, width, height}: the middle, seen from that of the
   photo, and the sides, all in pixels of the photo. */

const STEPS = 30; // of halving: far below a pixel
const SLACK = 1e-6; // pixels, for what rounding adds
const SEAM = 1; // pixels at each edge of a slanted photo, which would mix with what is beside it

/** Returns the whole photo, turned by so many radians, as the sides of the upright box around it. */
export function around(photo, angle) {
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  return { width: photo.width * cos + photo.height * sin, height: photo.width * sin + photo.height * cos };
}

/** Returns how far a box reaches towards the photo's edges: of more than 1, a part lies outside. */
function reach({ x, y, width, height }, photo, angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const own = around({ width, height }, angle); // the sides of the box along those of the photo
  const seam = Math.abs(cos * sin) > SLACK ? 2 * SEAM : 0;
  return Math.max(
    (2 * Math.abs(x * cos + y * sin) + own.width) / (photo.width - seam),
    (2 * Math.abs(y * cos - x * sin) + own.height) / (photo.height - seam),
  );
}

/** Returns the box, or a smaller and more central one of the same shape that has no empty corners. */
export function fitted(box, photo, angle) {
  const scale = 1 / Math.max(1, reach(box, photo, angle));
  return { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale };
}

/** Returns the largest part of the box with these proportions, width / height, or all of it if there are none. */
export function shaped(box, ratio) {
  if (!ratio) return box;
  const width = Math.min(box.width, box.height * ratio);
  return { ...box, width, height: width / ratio };
}

/** Returns the box after the photo below it has been turned a quarter to the right, or to the left: 1 or -1. */
export const turned = ({ x, y, width, height }, quarter) => ({ x: -y * quarter, y: x * quarter, width: height, height: width });

/**
 * Returns the box on the way from one to the other that goes as far as the photo does, and has sides of at least `least`
 * pixels. Unless the proportions are `kept`, it then slides along the edge that was in the way.
 */
export function towards(from, to, { photo, angle, least, kept }) {
  const [width, height] = [Math.min(least, from.width), Math.min(least, from.height)];
  const allowed = (box) =>
    box.width >= width - SLACK && box.height >= height - SLACK && reach(box, photo, angle) <= 1 + SLACK / photo.width;
  const all = farthest(from, to, allowed);
  if (kept) return all;
  const across = farthest(all, { ...all, x: to.x, width: to.width }, allowed);
  return farthest(across, { ...across, y: to.y, height: to.height }, allowed);
}

/* The allowed boxes are convex: between two of them, all are. */
function farthest(from, to, allowed) {
  const at = (share) => Object.fromEntries(Object.entries(from).map(([key, value]) => [key, value + (to[key] - value) * share]));
  if (allowed(to)) return to;
  let [reached, missed] = [0, 1];
  for (let step = 0; step < STEPS; step++) {
    const middle = (reached + missed) / 2;
    if (allowed(at(middle))) reached = middle;
    else missed = middle;
  }
  return at(reached);
}
