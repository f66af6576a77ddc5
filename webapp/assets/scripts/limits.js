/* What the server allows, as the paint page says it; also while another page is shown. */

let limits = {};

export function limit(name) {
  limits = document.getElementById("easel")?.dataset ?? limits;
  return Number(limits[name]);
}
