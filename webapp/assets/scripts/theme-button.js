/* The button that changes the theme, wherever it stands. */
import { say } from "./texts.js";

/** Says which theme it is. */
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
