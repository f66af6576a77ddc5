/* Pictures that come when they are about to be seen: Dash's images have no `loading`. */
import { onArrival } from "./page.js";

const AHEAD = "600px"; // below what is seen
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
