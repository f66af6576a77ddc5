/* What the bytes of a file say about how it has to be sent. */

const HEAD = 64; // bytes
const BEFORE_PIXELS = 2 ** 16; // bytes in which a PNG says that it moves

/**
 * Resolves with "whole" for a file that only the server can read right: it reads its first picture, or what there is of
 * it, and says so. With "foreign" for one that the browser shows and the server does not open, and else with "plain".
 */
export async function kindOf(file) {
  const head = text(await file.slice(0, HEAD).arrayBuffer());
  if (head.startsWith("\xff\xd8")) return (await isCutShort(file)) ? "whole" : "plain";
  if (head.startsWith("\x89PNG")) return text(await file.slice(0, BEFORE_PIXELS).arrayBuffer()).includes("acTL") ? "whole" : "plain";
  const brand = head.slice(4, 8) === "ftyp" ? head.slice(8, 12) : "";
  if (head.startsWith("GIF8") || brand === "avis" || (head.slice(8, 16) === "WEBPVP8X" && head.charCodeAt(20) & 2)) return "whole";
  if (head.startsWith("\xff\n") || head.startsWith("\0\0\0\x0cJXL ") || /^[\s\ufeff]*</.test(head)) return "foreign";
  return "plain";
}

function text(buffer) {
  return new TextDecoder("latin1").decode(buffer);
}

/* Whether a JPEG has a beginning but no end. What stands before its pixels may contain whole JPEGs, as previews. */
async function isCutShort(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let at = 2;
  while (bytes[at] === 0xff && bytes[at + 1] !== 0xda) at += 2 + bytes[at + 2] * 256 + bytes[at + 3];
  for (at = bytes.indexOf(0xff, at); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xd9) return false;
  return true;
}
