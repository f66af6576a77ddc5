"""Decodes pictures into sRGB where HEIC, AVIF and PNG files describe their colour space by code points.

They stand in the nclx box of HEIC and AVIF, and in the cICP chunk of PNG.
"""

from io import BytesIO
from typing import Final

from PIL import Image

from cyclegan.reading.boxes import Span, boxes
from cyclegan.reading.code_points import ColourSpace

BYTE: Final = 8  # bits
HEAD: Final = 2**16  # bytes of a PNG; what describes its colours comes before its pixels
PNG_SIGNATURE: Final = 8  # bytes


def decode(picture: Image.Image, data: bytes) -> Image.Image:
    """Returns an opened picture with its pixels, which are in sRGB unless it has an ICC profile.

    `data` are the bytes of its file. 10 and 12 bits of a HEIC are kept until they are sRGB.
    Raises what Pillow raises when the pixels can't be decoded.
    """
    space = colour_space(picture, data)
    if space is None or space.is_srgb or picture.mode not in ("RGB", "RGBA"):
        picture.load()
        return picture
    return _converted(picture, data, space)


def colour_space(picture: Image.Image, data: bytes) -> ColourSpace | None:
    """Returns the colour space that the file describes by code points; None if it has none, or an ICC profile."""
    if "icc_profile" in picture.info:
        return None
    if picture.format == "HEIF":
        nclx = picture.info.get("nclx_profile")
        return ColourSpace(nclx["color_primaries"], nclx["transfer_characteristics"]) if nclx else None
    if picture.format == "AVIF":
        return _of_avif(data)
    if picture.format == "PNG":
        return _of_png(data[:HEAD])
    return None


def _converted(picture: Image.Image, data: bytes, space: ColourSpace) -> Image.Image:
    import numpy as np

    # Here, because most photos need neither, and importing them would take most of the sandbox's time.
    from cyclegan.reading.colour import to_srgb

    bits = picture.info.get("bit_depth", BYTE) if picture.format == "HEIF" else BYTE
    if bits > BYTE:
        from pillow_heif import open_heif

        samples = np.asarray(open_heif(BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False))
    else:
        samples = np.asarray(picture)
    converted = Image.fromarray(to_srgb(samples[..., :3], bits, space))
    if picture.mode == "RGBA":
        alpha = samples[..., 3] >> (bits - BYTE)
        converted.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    converted.info = picture.info
    return converted


def _of_avif(data: bytes) -> ColourSpace | None:
    """Returns the space in the first nclx box; the pictures of a file share it, but for masks, which have none."""
    properties = _find(Span(data, 0, len(data)), b"meta", b"iprp", b"ipco")
    for name, content in boxes(properties) if properties else ():
        if name == b"colr" and content.number(4) == int.from_bytes(b"nclx", "big"):
            return ColourSpace(content.number(2), content.number(2))
    return None


def _find(span: Span, *path: bytes) -> Span | None:
    for wanted in path:
        found = next((content for name, content in boxes(span) if name == wanted), None)
        if found is None:
            return None
        if wanted == b"meta":
            found.number(4)  # version and flags
        span = found
    return span


def _of_png(head: bytes) -> ColourSpace | None:
    position = PNG_SIGNATURE
    while (name := head[position + 4 : position + 8]) and name != b"IDAT":
        content = position + 8
        if name == b"cICP":
            return ColourSpace(head[content], head[content + 1])
        position = content + int.from_bytes(head[position : position + 4], "big") + 4  # a checksum ends each chunk
    return None
