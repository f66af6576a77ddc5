/* A photo in the browser: upright, in the sizes that are painted. */
import { JPEG_QUALITY, read, shrink, thumbnail, toBlob } from "../shared/image.js";
import { kindOf } from "./kinds.js";
import { limit } from "./limits.js";
import { requestPainting } from "./painting.js";

export class Photo {
  #image;
  #shrunk = new Map(); // size → Promise of a Blob

  constructor(name, file, kind, image, notices = []) {
    this.name = name;
    this.notices = notices; // sentences about how it was read
    this.file = file;
    this.kind = kind; // see kinds.js
    this.#image = image;
    this.url = image.src;
    this.width = image.naturalWidth;
    this.height = image.naturalHeight;
    this.thumbnail = thumbnail(image);
  }

  /** Resolves with the file to paint at `size`: with no more pixels than that, unless the server has to see it whole. */
  forSize(size) {
    if (this.kind === "whole" || (size === "full" && this.kind === "plain")) return Promise.resolve(this.file);
    if (!this.#shrunk.has(size)) this.#shrunk.set(size, this.#shrink(size === "full" ? Infinity : Number(size)));
    return this.#shrunk.get(size);
  }

  /**
   * Resolves with its painting, {blob, url, width, height, options, notices, thumbnail}, in which the photo's detail is not
   * given back. `options` are {size, brush, passes}. `last` is the painting of the pass before, if there is one: the server
   * then paints one pass on it instead of all of them. The caller revokes the url.
   */
  async paint(options, calls, last) {
    const goesOn = last?.blob.size <= limit("maxBytes");
    const file = goesOn ? last.blob : await this.forSize(options.size);
    const asked = goesOn ? { ...options, passes: 1, size: "full" } : options;
    const { blob, notices: found } = await requestPainting(file, { ...asked, detail: 0 }, calls);
    const notices = goesOn ? last.notices : found;
    const image = await read(blob);
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    return { blob, url: image.src, width, height, options, notices, thumbnail: thumbnail(image) };
  }

  /** Its file's name without the suffix. */
  get stem() {
    return this.name.replace(/\.[^.]*$/, "") || "photo";
  }

  #shrink(longerSide) {
    return toBlob(shrink(this.#image, longerSide), "image/jpeg", JPEG_QUALITY);
  }

  /** The upright photo at its full size, as an image. */
  get image() {
    return this.#image;
  }

  release() {
    URL.revokeObjectURL(this.url);
  }
}

/** Opens what a Photo was made of again. */
export async function reopenPhoto({ name, file, kind, notices }) {
  return new Photo(name, file, kind, await read(file), notices);
}

/** Opens a file. The server converts what the browser can't read, such as HEIC or TIFF, to a JPEG of the same size. */
export async function openPhoto(file, calls) {
  const image = await read(file);
  if (image) return new Photo(file.name, file, await kindOf(file), image);
  const developed = await requestPainting(file, { strength: 0, size: "full", format: "jpeg" }, calls);
  return new Photo(file.name, developed.blob, "plain", await read(developed.blob), developed.notices);
}
