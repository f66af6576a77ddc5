/* A browser may forbid a page to store anything. Asking for its storage is then an error, which would be the end of Dash
   and of the theme; so there is another one, which lasts as long as the page. Loaded before all that stores something. */
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
