/* Registers the service worker, and hands it what this page has loaded. */

const version = new URL(import.meta.url).pathname.split("/")[2]; // /assets/<version>/scripts/shared/install.js

async function register() {
  try {
    await navigator.serviceWorker.register(`/sw.js?${version}`);
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return; // storage is blocked, or the network is gone
    throw error;
  }
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage(performance.getEntriesByType("resource").map(({ name }) => name));
}

// Browsers have none in private windows or without TLS.
if (navigator.serviceWorker) addEventListener("load", register, { once: true });
