/* What the paint page shows. The photo and its paintings live in the memory of this tab, and stay there while it shows
   another page or another language. */
import { limit } from "./limits.js";
import * as view from "./view.js";

export const state = {
  phase: "empty", // opening, ready, uploading, waiting, painting, painted
  id: null, // of the photo, in the history
  photo: null,
  paintings: new Map(), // keyOf(options) → a painting, see Photo.paint()
  reached: 0, // the most passes so far
  shown: null, // the painting on the stage; null while the photo is shown
  comparing: false, // whether the brushes are shown side by side
  detailed: {}, // {painting, canvas}: the last painting that was given the photo's detail
  job: null, // the AbortController of the current job
  repaint: 0, // the timer of a changed option
  wanted: null, // the pass that is being painted
  working: null, // returns a sentence that describes the current job, in the language that the page has by then
  share: null, // how much of the job is done, 0 to 1; null if unknown
  note: null, // returns a sentence about what was just done
  complaint: null, // returns a sentence about what went wrong
  retry: null, // repeats the failed job; null if that would not help

  get mayCrop() {
    return Boolean(this.photo) && !this.job;
  },

  get mayPaint() {
    return this.mayCrop && this.reached < limit("passes");
  },
};

/** Changes the state and draws it. */
export function set(changes) {
  Object.assign(state, changes);
  view.draw(state);
}
