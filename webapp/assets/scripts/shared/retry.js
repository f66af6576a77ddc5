/* Repeats a request by itself: after the delay that a busy server names, and once, at once, after a lost connection. */
import { say } from "./texts.js";

const TIMEOUT = 408; // the status of a request that took too long to arrive
const TOO_MANY = 429; // that of a rate-limited one
const ATTEMPTS = 6; // then the person decides

/**
 * A request that the server refused. `sentence` returns why, a sentence in the language that the page has by then; the
 * server's own sentences stay in theirs. `again` is whether the same request may succeed later, `after` the seconds to
 * wait first (null if the server named none), `often` whether this client was rate-limited.
 */
export class Refusal extends Error {
  constructor(sentence, again, after = null, often = false) {
    super(sentence());
    this.sentence = sentence;
    this.again = again;
    this.after = after;
    this.often = often;
  }
}

/** The connection broke. The server may have died, and another may already have taken its place. */
export class Lost extends Refusal {
  constructor() {
    super(() => say("lost"), true);
  }
}

/** Returns the Refusal for a response whose status is not 200. */
export function refusal(status, text, retryAfter) {
  try {
    const { error } = JSON.parse(text);
    const again = status >= 500 || status === TIMEOUT || status === TOO_MANY;
    return new Refusal(() => error, again, retryAfter === null ? null : Number(retryAfter), status === TOO_MANY);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new Lost(); // the response came from a proxy, not from our server
  }
}

/** Resolves with the result of `attempt`. Before each retry, `tell(seconds, refusal)` is called once a second. */
export async function persist(attempt, signal, tell) {
  let lost = false;
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      const again = error instanceof Lost ? !lost : error instanceof Refusal && error.after !== null;
      if (!again || number === ATTEMPTS) throw error;
      lost ||= error instanceof Lost;
      await countDown(error.after, signal, (seconds) => tell(seconds, error));
    }
  }
}

/* Waits up to half as long again as the server asked, at random, so that clients do not all return at once. */
async function countDown(seconds, signal, tell) {
  for (let left = Math.ceil(seconds * (1 + Math.random() / 2)); left > 0; left--) {
    tell(left);
    await second(signal);
  }
}

function second(signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException("Cancelled", "AbortError"));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, 1000);
  });
}
