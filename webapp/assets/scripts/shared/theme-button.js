/* The button that switches the theme. */
import { say } from "./texts.js";

/** Labels the button with the current theme. */
export function nameTheme() {
  const button = document.getElementById("theme");
  button.ariaLabel = `${button.dataset.name}: ${say(`theme_${window.monetTheme.chosen()}`)}`;
  button.title = button.ariaLabel;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#theme")) return;
  window.monetTheme.next();
  nameTheme();
});

nameTheme();
