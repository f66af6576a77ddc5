/* The moving part of the paint page: takes a photo, sends it to /api/paint, shows what comes back.
   The page goes from empty to ready, painting and painted; style.css says what shows in each state. */
(() => {
  "use strict";

  const REPAINT_DELAY = 300; // ms of quiet after which a changed option is painted
  const LOST = "The connection to the server broke. Try again.";

  let photo = null; // the chosen File
  let passes = 0; // in the painting that is shown; 0 while there is none
  let job = null; // the painting that is being made: its AbortController
  let repaint = 0; // the timer of a changed option
  const urls = {}; // element id → object URL, each revoked when its successor comes

  // Dash has no component for a file input; this one needs no place in the page.
  const picker = Object.assign(document.createElement("input"), { type: "file", accept: "image/*" });

  class Refusal extends Error {} // its message is the server's own sentence

  const byId = (id) => document.getElementById(id);
  const show = (id, props) => window.dash_clientside.set_props(id, props);
  const limit = (name) => Number(byId("easel").dataset[name]);

  function enter(state) {
    show("easel", { "data-state": state, "data-passes": passes });
    show("paint", { children: passes ? "Paint again" : "Paint", "aria-disabled": String(!mayPaint()) });
    show("pass", { children: passes ? `Pass ${passes} of ${limit("maxPasses")}` : "" });
  }

  const mayPaint = () => !job && passes < limit("maxPasses");

  /* Dash draws a little later what it was told, and what is not drawn can't have the focus. */
  function focusOnceDrawn(id) {
    byId(id).focus();
    if (document.activeElement !== byId(id)) requestAnimationFrame(() => focusOnceDrawn(id));
  }

  function place(id, blob) {
    URL.revokeObjectURL(urls[id]);
    urls[id] = URL.createObjectURL(blob);
    show(id, { src: urls[id] });
  }

  function complain(sentence) {
    show("error", { children: sentence, is_open: true });
  }

  function take(file) {
    if (file.size > limit("maxBytes")) {
      complain(byId("easel").dataset.tooLarge);
      return;
    }
    cancel();
    photo = file;
    passes = 0;
    place("photo", photo);
    place("painting", photo); // holds the painting's place
    show("status", { children: "Your painting will appear here" });
    show("error", { is_open: false });
    enter("ready");
    focusOnceDrawn("paint"); // the button that had it is hidden now
  }

  function cancel() {
    clearTimeout(repaint);
    job?.abort();
    job = null;
  }

  async function paint(wanted) {
    cancel();
    const mine = (job = new AbortController());
    show("error", { is_open: false });
    show("status", { children: `Painting pass ${wanted} of ${limit("maxPasses")} …` });
    show("progress", { value: 0 });
    enter("painting");
    try {
      finish(await request(wanted, mine.signal), wanted);
    } catch (error) {
      if (mine.signal.aborted) return; // a newer photo or option has taken over
      job = null;
      complain(error instanceof Refusal ? error.message : LOST);
      enter(passes ? "painted" : "ready");
    }
  }

  function finish(painting, wanted) {
    job = null;
    passes = wanted;
    place("painting", painting);
    const name = photo.name.replace(/\.[^.]*$/, "") || "photo";
    show("download", { href: urls.painting, download: `${name}-monet.png` });
    enter("painted");
  }

  /* The painting as a Blob. Rejects with a Refusal, or with what fetch rejects with. */
  async function request(wanted, signal) {
    const form = new FormData();
    form.append("photo", photo, photo.name || "photo");
    form.append("passes", wanted);
    form.append("strength", byId("strength").value);
    form.append("size", byId("size").value);
    form.append("brush", byId("brush").value);
    const headers = { Accept: "text/event-stream" };
    const response = await fetch("/api/paint", { method: "POST", body: form, headers, signal });
    if (!response.ok) throw new Refusal((await response.json()).error);
    for await (const [name, data] of readEvents(response.body)) {
      if (name === "progress") show("progress", { value: (100 * data.done) / data.total });
      if (name === "error") throw new Refusal(data.error);
      if (name === "painting") return toBlob(data);
    }
    throw new Error(LOST);
  }

  /* The server-sent events of a response, as [name, data]. */
  async function* readEvents(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let pending = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      pending.push(value);
      if (!value.includes("\n")) continue; // joining a large picture once, not with each of its pieces
      const events = pending.join("").split("\n\n");
      pending = [events.pop()];
      for (const event of events) {
        const [, name, data] = event.match(/^event: (.*)\ndata: (.*)$/);
        yield [name, JSON.parse(data)];
      }
    }
  }

  function toBlob({ type, data }) {
    return new Blob([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))], { type });
  }

  picker.addEventListener("change", () => {
    if (picker.files.length) take(picker.files[0]);
    picker.value = ""; // so that choosing the same file again is a change
  });

  // Dash draws the page after this script has run, so the document listens for it.
  document.addEventListener("click", (event) => {
    const id = event.target.closest("button")?.id;
    if (id === "choose" || id === "new") picker.click();
    if (id === "paint" && mayPaint()) paint(passes + 1);
  });

  document.addEventListener("change", (event) => {
    if (!["strength", "size", "brush"].includes(event.target.id) || !passes) return;
    clearTimeout(repaint);
    repaint = setTimeout(() => paint(passes), REPAINT_DELAY);
  });

  const carriesFile = (event) => byId("easel") && event.dataTransfer.types.includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault(); // says that a drop is welcome
    show("easel", { "data-drag": "over" });
  });

  document.addEventListener("dragleave", (event) => {
    if (carriesFile(event) && !event.relatedTarget) show("easel", { "data-drag": "" });
  });

  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    show("easel", { "data-drag": "" });
    take(event.dataTransfer.files[0]);
  });
})();
