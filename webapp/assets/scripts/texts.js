/* What the script says, in the language of the page: the server has put it there. */

/** The sentence `name`, with {names} filled in from `values`. */
export function say(name, values = {}) {
  const texts = JSON.parse(document.querySelector("[data-texts]").dataset.texts);
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}
