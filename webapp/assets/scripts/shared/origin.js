/* Writes the address at which the browser has found this page into the examples. The server can only guess it, since any
   client can forge the Host of a request. */
const main = document.getElementById("content");

for (const code of main.querySelectorAll("pre code")) {
  if (code.textContent.includes(main.dataset.server))
    code.textContent = code.textContent.replaceAll(main.dataset.server, location.origin);
}
