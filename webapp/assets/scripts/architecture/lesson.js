/* The scripts of the architecture page, loaded when it is first shown. */
import "./inspection.js";
import "./pictures.js";
import "./slides.js";
