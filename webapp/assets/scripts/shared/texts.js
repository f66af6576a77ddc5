/* The scripts' sentences in the language of the page, which the server has put into an attribute. */

/** Returns the sentence `name`, with each {key} replaced by its value. */
export function say(name, values = {}) {
  const texts = JSON.parse(document.querySelector("[data-texts]").dataset.texts);
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}
