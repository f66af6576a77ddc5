/* The limits that the server has written into the paint page, remembered while another page is shown. */

let limits = {};

export function limit(name) {
  limits = document.getElementById("easel")?.dataset ?? limits;
  return Number(limits[name]);
}
