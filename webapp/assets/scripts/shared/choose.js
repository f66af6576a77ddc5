/* The ways to provide a photo: choose a file, take a picture, drop, paste, or pick an example. */

const byId = (id) => document.getElementById(id);

/** Calls `take` with every File. Returns the functions that open the system's file chooser and camera. */
export function listenForPhotos(take) {
  document.addEventListener("paste", (event) => {
    if (byId("easel") && event.clipboardData.files.length) take(event.clipboardData.files[0]);
  });
  listenForDrops(take);
  const [chooser, camera] = [picker(take, {}), picker(take, { capture: "environment" })];
  return { choose: () => chooser.click(), takePhoto: () => camera.click() };
}

/** Returns a file input that is not on the page and opens the system's chooser: Dash has no component for one. */
export function picker(take, attributes) {
  const input = document.createElement("input");
  for (const [name, value] of Object.entries({ type: "file", accept: "image/*,.heic,.heif,.hif,.jp2,.j2k,.psd,.tga,.ppm", ...attributes })) {
    input.setAttribute(name, value);
  }
  input.addEventListener("change", () => {
    if (input.files.length) take(input.files[0]);
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
    take(event.dataTransfer.files[0]);
  });
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
