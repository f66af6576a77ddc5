/* The photo on the start page that turns into its painting: once by itself, then wherever its slider is drawn. */
import { onArrival } from "../shared/page.js";

let begun = null; // milliseconds: when it began to turn by itself
let seam = null; // per cent of the picture that show the photo, once the slider has been drawn

const heroes = () => document.querySelectorAll(".hero"); // one in the page's beginning from the server, one by Dash

function draw() {
  for (const hero of heroes()) {
    if (begun !== null) hero.style.animationDelay = `${begun - performance.now()}ms`; // Dash's goes on where the other was
    if (seam === null) continue;
    hero.classList.add("drawn");
    hero.style.setProperty("--cut", `${seam}%`);
    hero.style.setProperty("--at", seam / 100);
    hero.querySelector(".compare").value = seam;
  }
}

document.addEventListener("animationstart", ({ animationName, target }) => {
  if (animationName === "turn" && target.matches(".hero")) begun ??= performance.now();
});
document.addEventListener("input", ({ target }) => {
  if (!target.matches(".hero .compare")) return;
  seam = Number(target.value);
  draw();
});
onArrival(draw);
