/* The ways in which a photo comes: chosen, taken, dropped, pasted, or one of the examples. */

const byId = (id) => document.getElementById(id);

/** Calls `take` with every File that comes. Answers what opens the system's own choosers. */
export function listenForPhotos(take) {
  document.addEventListener("paste", (event) => {
    if (byId("easel") && event.clipboardData.files.length) take(event.clipboardData.files[0]);
  });
  listenForDrops(take);
  const [chooser, camera] = [picker(take, {}), picker(take, { capture: "environment" })];
  return { choose: () => chooser.click(), takePhoto: () => camera.click() };
}

/** A system's chooser, as an input that is nowhere on the page: Dash has no component for one. */
export function picker(take, attributes) {
  const input = document.createElement("input");
  for (const [name, value] of Object.entries({ type: "file", accept: "image/*,.heic,.heif", ...attributes })) {
    input.setAttribute(name, value);
  }
  input.addEventListener("change", () => {
    if (input.files.length) take(input.files[0]);
    input.value = ""; // so that choosing the same file again is a change
  });
  return input;
}

function listenForDrops(take) {
  const carriesFile = (event) => byId("easel") && event.dataTransfer.types.includes("Files");
  const mark = (over) => byId("easel").toggleAttribute("data-drag", over);

  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault(); // says that a drop is welcome
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

/** The example photo of that name, as a File; null where it does not arrive. */
export async function fetchExample(name, signal) {
  try {
    const answer = await fetch(new URL(`../examples/${name}.jpg`, import.meta.url), { signal });
    return answer.ok ? new File([await answer.blob()], `${name}.jpg`, { type: "image/jpeg" }) : null;
  } catch (error) {
    if (error instanceof TypeError) return null; // what fetch() says of a broken connection
    throw error;
  }
}
