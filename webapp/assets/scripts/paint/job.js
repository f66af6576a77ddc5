/* What the paint page is doing: opening a photo, painting, making a file. */
import { limit } from "./limits.js";
import { Refusal } from "../shared/retry.js";
import { set, state } from "./state.js";
import { say } from "../shared/texts.js";
import * as view from "./view.js";

const LONG = 3; // seconds: what takes no longer needs no estimate

/**
 * Runs one job at a time: a new one cancels the current one. A refusal is shown as a sentence, with a button that calls
 * `retry` if that may help.
 */
export async function attempt(work, retry) {
  cancel();
  const job = new AbortController();
  set({ job, complaint: null, retry: null, note: null });
  try {
    await work(job.signal);
  } catch (error) {
    if (job.signal.aborted) return; // a newer job has taken over
    if (!(error instanceof Refusal)) throw error;
    set({ complaint: error.sentence, retry: error.again ? retry : null });
    restoreOptions();
  } finally {
    if (state.job === job) rest();
  }
}

/** Cancels the current job, or the one that is about to begin. */
export function cancel() {
  clearTimeout(state.repaint);
  state.job?.abort();
}

/** Shows what is there when nothing is going on. */
export function rest() {
  const phase = state.shown ? "painted" : state.photo ? "ready" : "empty";
  set({ phase, job: null, wanted: null, working: null, share: null });
}

/** Goes back to the options of the painting on the stage after others could not be painted. */
export function restoreOptions() {
  if (state.shown) chooseOptions(state.shown.options);
}

/** Chooses the size and the brush of these options. */
export const chooseOptions = ({ size, brush }) => view.setOptions({ size, brush });

/* Estimates from the share that is done how long the rest takes. */
function secondsLeft(begun, share) {
  return share > 0 ? Math.round(((performance.now() - begun) / 1000) * (1 / share - 1)) : 0;
}

/** Returns the calls through which a request reports its progress. */
export function listen(signal) {
  let begun = null;
  const tell = (phase, value, often) => {
    begun = phase === "painting" ? (begun ?? performance.now()) : null;
    const pass = { number: state.wanted, passes: limit("passes"), seconds: secondsLeft(begun, value) };
    const painting = () => (pass.seconds > LONG ? say("painting_long", pass) : say("painting", pass));
    const [working, share] = {
      uploading: [() => say("uploading"), value],
      busy: [() => say(often ? "too_often" : "busy", { seconds: value }), null],
      waiting: [() => (value === 1 ? say("waiting_next") : say("waiting", { position: value })), null],
      painting: [pass.number ? painting : () => say("opening"), value],
      receiving: [() => say("receiving"), null],
    }[phase];
    if (!signal.aborted) set({ phase: state.wanted ? (phase === "busy" ? "waiting" : phase) : state.phase, working, share });
  };
  return { signal, report: tell };
}
