/* Loads pictures shortly before they are scrolled into view: Dash's images have no `loading` attribute. */
import { onArrival } from "../shared/page.js";

const AHEAD = "600px"; // below the visible part of the page
const coming = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => load(entry.target)),
  { rootMargin: AHEAD },
);
const waiting = () => document.querySelectorAll("img[data-src]:not([src])");

function load(image) {
  coming.unobserve(image);
  image.src = image.dataset.src;
}

function watch() {
  waiting().forEach((image) => coming.observe(image));
}

onArrival(watch);
watch();
addEventListener("beforeprint", () => waiting().forEach(load));
