/* The theme: light, dark, or the system's. Loaded before the page is drawn, so that it never flashes in the other one. */
(() => {
  "use strict";

  const THEMES = ["system", "light", "dark"];
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : THEMES[0];
  }

  function apply() {
    const theme = chosen() === "system" ? (dark.matches ? "dark" : "light") : chosen();
    document.documentElement.dataset.bsTheme = theme;
    document.documentElement.dataset.theme = chosen();
  }

  dark.addEventListener("change", apply);
  window.monetTheme = {
    chosen,
    next() {
      localStorage.setItem("theme", THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length]);
      apply();
    },
  };
  apply();
})();
