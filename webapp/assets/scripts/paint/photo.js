/* A photo in the browser: upright, in the sizes that are painted. */
import { JPEG_QUALITY, read, shrink, thumbnail, toBlob } from "../shared/image.js";
import { requestPainting } from "./painting.js";

export class Photo {
  #file;
  #image;
  #shrunk = new Map(); // size → Promise of a Blob

  constructor(name, file, image) {
    this.name = name;
    this.#file = file;
    this.#image = image;
    this.url = image.src;
    this.width = image.naturalWidth;
    this.height = image.naturalHeight;
    this.thumbnail = thumbnail(image);
  }

  /** Resolves with the file to paint at `size`: no more pixels than that, and without the camera's metadata. */
  forSize(size) {
    if (size === "full") return Promise.resolve(this.#file);
    if (!this.#shrunk.has(size)) this.#shrunk.set(size, this.#shrink(Number(size)));
    return this.#shrunk.get(size);
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

/** Opens a file. The server converts what the browser can't read, such as HEIC or TIFF, to a JPEG of the same size. */
export async function openPhoto(file, calls) {
  const image = await read(file);
  if (image) return new Photo(file.name, file, image);
  const developed = await requestPainting(file, { strength: 0, size: "full", format: "jpeg" }, calls);
  return new Photo(file.name, developed, await read(developed));
}
