/* A click on another page while the browser is offline: says so, and goes there once it is online again. */

let wanted = null; // the link's address

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    if (navigator.onLine || !link || link.origin !== location.origin || link.hash) return;
    event.preventDefault();
    event.stopPropagation(); // Dash would leave the page and find nothing
    wanted = link.href;
    show(true);
  },
  true,
);

addEventListener("online", () => {
  show(false);
  if (wanted) document.querySelector(`#frame a[href="${new URL(wanted).pathname}"]`)?.click();
  wanted = null;
});

function show(on) {
  for (const notice of document.querySelectorAll(".offline")) notice.hidden = !on;
}
