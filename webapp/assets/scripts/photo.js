/* A photo as the browser has it: upright, in the sizes in which it is painted. */
import { read, shrink, thumbnail, toBlob } from "./image.js";
import { requestPainting } from "./painting.js";

export const QUALITY = 0.92; // of the JPEG that travels: about 0.3 MB at 1024 pixels

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

  /** Promises the file to paint at `size`: no more pixels than that, and nothing that a camera wrote beside them. */
  forSize(size) {
    if (size === "full") return Promise.resolve(this.#file);
    if (!this.#shrunk.has(size)) this.#shrunk.set(size, this.#shrink(Number(size)));
    return this.#shrunk.get(size);
  }

  #shrink(longerSide) {
    return toBlob(shrink(this.#image, longerSide), "image/jpeg", QUALITY);
  }

  release() {
    URL.revokeObjectURL(this.url);
  }
}

/** Opens a file. What the browser can't read, such as HEIC or TIFF, the server turns into a JPEG of the same size. */
export async function openPhoto(file, calls) {
  const image = await read(file);
  if (image) return new Photo(file.name, file, image);
  const developed = await requestPainting(file, { strength: 0, size: "full", format: "jpeg" }, calls);
  return new Photo(file.name, developed, await read(developed));
}
