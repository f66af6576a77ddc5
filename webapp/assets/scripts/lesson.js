/* The architecture page: loaded when it is first shown. */
import "./inside.js";
import "./pictures.js";
import "./slides.js";
