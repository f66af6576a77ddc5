/* The entry: the paint page at once, the lesson's scripts when the architecture page is first shown. */
import "./paint/hero.js";
import "./paint/paint.js";
import "./shared/install.js";
import "./shared/offline.js";
import { onArrival } from "./shared/page.js";

onArrival(() => {
  if (document.querySelector("#frame .architecture")) import("./architecture/lesson.js");
});
