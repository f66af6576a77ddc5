/* Several photos at once: painted one after the other like the one on the stage, then downloaded as one ZIP. */
import { openPhoto } from "./photo.js";
import { develop, fileName, save } from "./takeaway.js";
import { Refusal } from "../shared/retry.js";
import { say } from "../shared/texts.js";

// Each status but "failed", for which there is a reason.
const WORDS = {
  waiting: () => say("series_waiting"),
  working: () => say("series_working"),
  painted: () => say("series_painted"),
};

const byId = (id) => document.getElementById(id);
let items = []; // {file, status, reason, name, blob}; the last two once it is painted

/** Lists these files, instead of the last ones. A single one needs no list. */
export function begin(files) {
  items = files.length > 1 ? files.map((file) => ({ file, status: "waiting" })) : [];
  draw();
}

/** Replaces the photo of this name, if it is on the list, by another file of it that is to be painted instead. */
export function exchange(name, file) {
  const item = items.find((each) => each.file.name === name);
  if (item) change(item, { file, status: "waiting", blob: null });
}

/** Paints what is not painted yet. A photo that fails is named, and the next one painted. */
export async function paintAll(options, look, format, signal) {
  const left = items.filter(({ status }) => status !== "painted");
  for (const item of left) item.status = "waiting";
  for (const item of left) {
    change(item, { status: "working" });
    try {
      change(item, { status: "painted", ...(await paint(item.file, options, look, format, signal)) });
    } catch (error) {
      change(item, { status: "waiting" });
      if (signal.aborted || !(error instanceof Refusal)) throw error;
      change(item, { status: "failed", reason: error.sentence });
    }
  }
}

async function paint(file, options, look, format, signal) {
  const calls = { signal, report: () => {} };
  const photo = await openPhoto(file, calls);
  try {
    const painting = await photo.paint(options, calls);
    URL.revokeObjectURL(painting.url);
    return { name: fileName(photo, format), blob: await develop(painting, photo, look, format, calls) };
  } finally {
    photo.release();
  }
}

/** Downloads what is painted as one file. */
export async function download() {
  const { downloadZip } = await import("../vendor/client-zip.js");
  const taken = new Set();
  const files = items.filter(({ blob }) => blob).map(({ name, blob }) => ({ name: unused(name, taken), input: blob }));
  save(await downloadZip(files).blob(), "monet.zip");
}

/* name.png, or name (2).png if that is taken */
function unused(name, taken) {
  const [, stem, suffix] = name.match(/^(.*)(\.\w+)$/);
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${stem} (${number})${suffix}`;
  taken.add(free);
  return free;
}

function change(item, changes) {
  Object.assign(item, changes);
  draw();
}

/** Draws the list where the page has laid it out. */
export function draw() {
  if (!byId("series")) return;
  const painted = items.filter(({ status }) => status === "painted").length;
  byId("series").hidden = items.length === 0;
  byId("series-title").textContent = say("series", { number: items.length, painted });
  byId("zip").hidden = painted === 0;
  byId("series-list").replaceChildren(...items.map(row));
}

function row({ file, status, reason }) {
  const [line, name, state] = ["li", "span", "span"].map((tag) => document.createElement(tag));
  name.textContent = file.name;
  state.textContent = WORDS[status]?.() ?? reason();
  line.dataset.status = status;
  line.append(name, state);
  return line;
}
