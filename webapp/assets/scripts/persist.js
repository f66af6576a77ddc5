/* Asks again by itself: a server that is busy when it says that a place may be free, one that is lost at once. */

const ATTEMPTS = 6; // after which a person decides

/** What the server refuses: its message is the server's own sentence; `again` says whether the same may work later,
    `after` in how many seconds it is worth another try, null where nobody said, and `often` whether it was this one who
    came too often. */
export class Refusal extends Error {
  constructor(sentence, again, after = null, often = false) {
    super(sentence);
    this.again = again;
    this.after = after;
    this.often = often;
  }
}

/** The connection broke: the server may have died, and another be there already. */
export class Lost extends Refusal {
  constructor(sentence) {
    super(sentence, true);
  }
}

/** Promises what `attempt` does. `tell` hears each second how many are left until the next one, and why. */
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

/* Somewhat longer than was said, each client by another time: or all would come back at once. */
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
