/* Replaces the browser's storage where the user has blocked it. Access to it would then throw an error and break Dash and
   the theme, so this storage takes its place; it lasts as long as the page. Load it before any script that stores
   something. */
(() => {
  "use strict";

  const PROBE = "monet-probe";

  class PageStorage {
    #items = new Map();

    get length() {
      return this.#items.size;
    }

    key(index) {
      return [...this.#items.keys()][index] ?? null;
    }

    getItem(name) {
      return this.#items.get(String(name)) ?? null;
    }

    setItem(name, value) {
      this.#items.set(String(name), String(value));
    }

    removeItem(name) {
      this.#items.delete(String(name));
    }

    clear() {
      this.#items.clear();
    }
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      window[name].setItem(PROBE, "");
      window[name].removeItem(PROBE);
    } catch {
      Object.defineProperty(window, name, { value: new PageStorage() });
    }
  }
})();
