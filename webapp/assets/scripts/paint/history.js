/* The photos that were painted in this browser and their paintings. They lie in its IndexedDB and nowhere else; where
   that is blocked, as in some private windows, there is no history, and all else works. */
import { clear, createStore, del, entries, get, set } from "../vendor/idb-keyval.js";
import { say } from "../shared/texts.js";

const MOST = 30; // photos; of more, the oldest go
const CURRENT = "photo"; // in the storage of the tab: the photo that a reload brings back

const store = createStore("make-a-monet", "photos");
const byId = (id) => document.getElementById(id);
let kept = []; // {id, name, thumbnail, time}, newest first

/** Reads what was kept. */
export async function load() {
  const found = await allowed(() => entries(store), []);
  const listed = found.map(([, { id, name, thumbnail, time }]) => ({ id, name, thumbnail, time }));
  kept = listed.sort((one, other) => other.time - one.time);
  draw();
}

/** Returns the id of the photo that this tab had before it was reloaded, or null. */
export const current = () => sessionStorage.getItem(CURRENT);

/** Remembers which photo this tab has; null for none. */
export function setCurrent(id) {
  if (id) sessionStorage.setItem(CURRENT, id);
  else sessionStorage.removeItem(CURRENT);
}

/**
 * Keeps an entry, {id, name, thumbnail, …}, or keeps it anew, and lets the oldest go. Resolves with whether there was room,
 * or no history at all.
 */
export async function keep(entry) {
  const { id, name, thumbnail } = entry;
  const time = Date.now();
  const isKept = await allowed(() => set(id, { ...entry, time }, store).then(() => true), false);
  if (!isKept) return kept.length === 0;
  kept = [{ id, name, thumbnail, time }, ...kept.filter((other) => other.id !== id)];
  while (kept.length > MOST) await forget(kept.at(-1).id);
  draw();
  return true;
}

/** Resolves with the entry, or with null if it is gone. */
export async function find(id) {
  return (await allowed(() => get(id, store))) ?? null;
}

/** Deletes one entry, or all of them. */
export async function forget(id) {
  kept = id ? kept.filter((other) => other.id !== id) : [];
  await allowed(() => (id ? del(id, store) : clear(store)));
  draw();
}

/** Lists what is kept, where the page has laid out the list. */
export function draw() {
  if (!byId("history")) return;
  byId("history").hidden = kept.length === 0;
  byId("history-list").replaceChildren(...kept.map(item));
}

/* Resolves with what the browser's storage answers, and with `otherwise` if it refuses. */
async function allowed(request, otherwise) {
  try {
    return await request();
  } catch (error) {
    if (error instanceof DOMException) return otherwise;
    throw error;
  }
}

function item({ id, name, thumbnail }) {
  const [picture, words] = [document.createElement("img"), document.createElement("span")];
  Object.assign(picture, { src: thumbnail, alt: "" });
  words.textContent = name;
  const open = button("example", { history: id }, picture, words);
  const remove = button("btn btn-sm btn-quiet remove", { forget: id }, "×");
  remove.ariaLabel = say("forget", { name });
  const row = document.createElement("li");
  row.append(open, remove);
  return row;
}

function button(className, dataset, ...children) {
  const made = Object.assign(document.createElement("button"), { type: "button", className });
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}
