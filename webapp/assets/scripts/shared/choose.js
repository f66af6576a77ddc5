/* The ways to provide a photo: choose a file, take a picture, drop, paste, or pick an example. */

const byId = (id) => document.getElementById(id);

/** Calls `take` with an array of the Files that were chosen together. Returns the functions that open the system's file chooser and camera. */
export function listenForPhotos(take) {
  document.addEventListener("paste", (event) => {
    if (byId("easel") && event.clipboardData.files.length) take([...event.clipboardData.files]);
  });
  listenForDrops(take);
  const [chooser, camera] = [picker(take, { multiple: "" }), picker(take, { capture: "environment" })];
  return { choose: () => chooser.click(), takePhoto: () => camera.click() };
}

/** Returns a file input that is not on the page and opens the system's chooser: Dash has no component for one. */
export function picker(take, attributes) {
  const input = document.createElement("input");
  for (const [name, value] of Object.entries({ type: "file", accept: "image/*,.heic,.heif,.hif,.jp2,.j2k,.psd,.tga,.ppm", ...attributes })) {
    input.setAttribute(name, value);
  }
  input.addEventListener("change", () => {
    if (input.files.length) take([...input.files]);
    input.value = ""; // so that choosing the same file again fires a change event
  });
  return input;
}

function listenForDrops(take) {
  const carriesFile = (event) => byId("easel") && event.dataTransfer.types.includes("Files");
  const mark = (over) => byId("easel").toggleAttribute("data-drag", over);

  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault(); // tells the browser that a drop is allowed here
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (carriesFile(event) && !event.relatedTarget) mark(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    mark(false);
    filesOf(event.dataTransfer).then((files) => files.length && take(files));
  });
}

/* Resolves with the files that were dropped, and with the pictures in the folders. */
async function filesOf({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...files];
  return (await Promise.all(entries.map(picturesIn))).flat();
}

async function picturesIn(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return file.name.startsWith(".") || (file.type && !file.type.startsWith("image/")) ? [] : [file];
  }
  const reader = entry.createReader();
  const found = [];
  for (let some = null; some?.length !== 0; found.push(...some)) {
    some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at most
  }
  return (await Promise.all(found.map(picturesIn))).flat();
}

/** Resolves with the example photo `name` as a File, or with null if it can't be fetched. */
export async function fetchExample(name, signal) {
  try {
    const response = await fetch(new URL(`../../examples/${name}.jpg`, import.meta.url), { signal });
    return response.ok ? new File([await response.blob()], `${name}.jpg`, { type: "image/jpeg" }) : null;
  } catch (error) {
    if (error instanceof TypeError) return null; // fetch() throws this for a broken connection
    throw error;
  }
}
