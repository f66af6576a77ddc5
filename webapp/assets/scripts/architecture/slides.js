/* Shows one of several slides: the one that a control of the same name picks. The server has written all of them. */
import { onArrival } from "../shared/page.js";

document.addEventListener("input", (event) => {
  const control = event.target.closest?.("[data-picks]");
  if (control) pick(control.dataset.picks, Number(event.target.value));
});
onArrival(agree);
agree();

function pick(name, number) {
  show(name, number);
  // Several controls may pick the same slide; Dash holds their values.
  for (const { id } of document.querySelectorAll(`[data-picks="${name}"] > [id]`)) {
    window.dash_clientside.set_props(id, { value: number });
  }
}

function show(name, number) {
  for (const group of document.querySelectorAll(`[data-slides="${name}"]`)) {
    [...group.children].forEach((slide, at) => slide.classList.toggle("shown", at === number));
  }
}

/** Shows what the controls say after the page has been drawn again. */
function agree() {
  for (const control of document.querySelectorAll("[data-picks]")) {
    const input = control.querySelector("input:checked, input[type=range]");
    if (input) show(control.dataset.picks, Number(input.value));
  }
}
