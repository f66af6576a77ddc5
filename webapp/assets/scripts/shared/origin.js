/* The examples name the address at which the browser has found this page. The server can only guess it: what a request
   says of its host, any client can write. */
const main = document.getElementById("content");

for (const code of main.querySelectorAll("pre code")) {
  if (code.textContent.includes(main.dataset.server))
    code.textContent = code.textContent.replaceAll(main.dataset.server, location.origin);
}
