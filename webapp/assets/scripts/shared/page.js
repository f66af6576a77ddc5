/* What all pages share: the prerendered shell is removed once Dash has drawn the page, and the language is set. */
import { nameTheme } from "./theme-button.js";

const entry = document.getElementById("react-entry-point");
const listeners = [];
let last = {};

/** Calls `listener` whenever Dash has drawn a page, or the same page in another language. */
export function onArrival(listener) {
  listeners.push(listener);
}

function arrive() {
  const frame = entry.querySelector("#frame");
  if (!frame || (frame.firstElementChild === last.child && frame.lang === last.lang)) return;
  last = { child: frame.firstElementChild, lang: frame.lang };
  document.getElementById("shell")?.remove();
  document.documentElement.lang = frame.lang;
  nameTheme();
  for (const listener of listeners) listener();
  // The browser has looked for the part that the address names before Dash drew it.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

new MutationObserver(arrive).observe(entry, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["lang"],
});
queueMicrotask(arrive); // in case Dash was faster than this module
