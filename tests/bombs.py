"""Files that would take gigabytes or minutes to read. None is larger than an upload may be, 25 MB."""

import struct
import zlib
from base64 import b64decode
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from PIL import Image, ImageCms

from specimens import PNG_SIGNATURE, chunk, in_mode, run_length_bmp
from uploads import file_of

UPLOAD: Final = 24 * 2**20  # bytes
MEBIBYTE: Final = 2**20
SHORT, LONG, RATIONAL = 3, 4, 5  # types of a TIFF's tags
DOT: Final = Image.new("RGB", (8, 8))


def many(part: bytes, size: int = UPLOAD) -> bytes:
    return part * (size // len(part))


# PNG


def png(before: bytes = b"", after: bytes = b"", size: tuple[int, int] = (1, 1), pixels: bytes = bytes(4)) -> bytes:
    """Returns an RGB picture with chunks before and after its pixels."""
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", *size, 8, 2, 0, 0, 0))
    return PNG_SIGNATURE + head + before + chunk(b"IDAT", zlib.compress(pixels)) + after + chunk(b"IEND")


def packed(name: bytes, head: bytes, content: bytes) -> bytes:
    return chunk(name, head + zlib.compress(content * (MEBIBYTE // len(content) - 16), 9))


def png_wide_text() -> bytes:
    """Each text has a single four-byte character, for which Python stores its million others in four bytes, too."""
    text = zlib.compress("\N{ARTIST PALETTE}".encode() + bytes([65]) * (MEBIBYTE - 64), 9)
    return png(b"".join(chunk(b"iTXt", b"%d\0\1\0\0\0" % number + text) for number in range(64)))


# EXIF and TIFF


def exif(tag: int = 274, kind: int = RATIONAL) -> bytes:
    """Returns EXIF with a single tag, the orientation, of some million numbers."""
    numbers = np.arange(22 * MEBIBYTE // 8)
    return b"II*\0" + struct.pack("<LHHHLLL", 8, 1, tag, kind, len(numbers), 26, 0) + numbers.tobytes()


def tiff(*more: tuple[int, int, int, int], data: bytes = b"", size: int = 8) -> bytes:
    """Returns a grey, uncompressed TIFF. `more` are tags: tag, type, count, and the offset in `data` or the value."""
    tags = {256: (LONG, 1, size), 257: (LONG, 1, size), 258: (SHORT, 1, 8), 259: (SHORT, 1, 1), 262: (SHORT, 1, 1)}
    tags |= {tag: rest for tag, *rest in more}  # type: ignore[misc]
    start = 8 + 2 + 12 * len(tags) + 4
    entries = b"".join(
        struct.pack("<HHLL", tag, kind, count, value if count == 1 else start + value)
        for tag, (kind, count, value) in sorted(tags.items())
    )
    return b"II*\0" + struct.pack("<LH", 8, len(tags)) + entries + bytes(4) + data


def tiff_of_huge_tiles() -> bytes:
    side = 46_000
    return tiff((259, SHORT, 1, 8), (322, LONG, 1, side), (323, LONG, 1, side), (324, LONG, 1, 8), (325, LONG, 1, 9))


def tiff_of_many_strips() -> bytes:
    count = 5 * MEBIBYTE
    return tiff((273, LONG, count, 0), (278, LONG, 1, 4), data=np.arange(count, dtype="<u4").tobytes())


def tiff_of_many_tags() -> bytes:
    tags = [(256, LONG, 1, 8), (257, LONG, 1, 8), (258, SHORT, 1, 8), (259, SHORT, 1, 1), (262, SHORT, 1, 1)]
    unknown = struct.pack("<HHQQ", 700, 99, 1, 0)
    return (
        b"II+\0\x08\0\0\0"
        + struct.pack("<QQ", 16, len(tags) + UPLOAD // len(unknown))
        + b"".join(struct.pack("<HHQQ", *tag) for tag in tags)
        + many(unknown)
    )


# JPEG


def jpeg(segments: bytes) -> bytes:
    whole = file_of(DOT, "JPEG")
    return whole[:2] + segments + whole[2:]


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg_of_exif_in_pieces() -> bytes:
    """Returns 12 MB of EXIF, to which readers append a million pieces one by one."""
    whole, piece = (segment(0xE1, b"Exif\0\0" + bytes(size)) for size in (65_000, 1))
    return jpeg(many(whole, UPLOAD // 2) + piece * 1_000_000)


def jpeg_of_many_scans(scans: int = 1_000_000) -> bytes:
    """Each scan makes the decoder visit every pixel and changes none."""
    whole = file_of(Image.new("L", (2000, 2000)), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last : last + 10] * scans + whole[-2:]


# GIF

GIF_HEAD: Final = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(range(6))


def gif_frame(width: int, height: int) -> bytes:
    return b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\2\2\x4c\1\0;"


def gif_that_is_wiped() -> bytes:
    """Returns 30 bytes for which a reader allocates 4 GB, for the picture that remains after the frame."""
    return GIF_HEAD + b"!\xf9\4\x08\0\0\0\0" + gif_frame(65_535, 65_535)


# WebP


def webp_of_a_huge_canvas() -> bytes:
    still = file_of(DOT, "WEBP")[12:]
    side = (2**14 - 1).to_bytes(3, "little")
    frame = bytes(6) + (7).to_bytes(3, "little") * 2 + bytes(4) + still
    parts = [(b"VP8X", b"\2\0\0\0" + side + side), (b"ANIM", bytes(6)), (b"ANMF", frame)]
    body = b"WEBP" + b"".join(name + struct.pack("<L", len(content)) + content for name, content in parts)
    return b"RIFF" + struct.pack("<L", len(body)) + body


# HEIC and AVIF


def avif_exif() -> bytes:
    """The EXIF is written under another tag, which is then replaced: Pillow would check the right one."""
    written, read = (struct.pack("<HH", *tag) for tag in [(275, 7), (274, RATIONAL)])
    return file_of(DOT, "AVIF", exif=exif(275, 7)).replace(written, read)


def avif_larger_than_it_says(says: tuple[int, int] = (100, 100)) -> bytes:
    """Returns 64 megapixels in a kilobyte, in a file whose size box states `says` instead."""
    data = file_of(Image.new("RGB", (8000, 8000)), "AVIF", speed=10)
    size = data.index(b"ispe") + 8
    return data[:size] + struct.pack(">LL", *says) + data[size + 8 :]


def box(name: bytes, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">L", len(whole) + 8) + name + whole


def full_box(name: bytes, version: int, *content: bytes) -> bytes:
    return box(name, bytes([version, 0, 0, 0]), *content)


def boxes_of(data: bytes) -> dict[bytes, bytes]:
    found, at = {}, 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found[data[at + 4 : at + 8]] = data[at + 8 : at + size]
        at += size
    return found


BLACK: Final = Image.new("RGB", (64, 64))


def heic(
    pictures: int = 1,
    described: int = 0,
    pieces: int = 1,
    properties: tuple[bytes, ...] = (),
    references: tuple[bytes, ...] = (),
    shown: Image.Image = BLACK,
    exif: bytes = b"II*\0",
) -> bytes:
    """Returns `pictures` pictures with `properties`, each described by `described` bytes of EXIF in `pieces` pieces.

    All pictures share the same 64×64 pixels and all pieces the same bytes, so the file holds each of them once.
    `exif` are the first of these bytes. The pictures may be linked by more `references`.
    """
    whole = boxes_of(file_of(shown, "HEIF", quality=90))
    of_picture = boxes_of(boxes_of(boxes_of(whole[b"meta"][4:])[b"iprp"])[b"ipco"])
    pixels, about = whole[b"mdat"], bytes(4) + exif + bytes(described)
    ids, note = range(1, pictures + 1), pictures + 1
    known = [box(b"hvcC", of_picture[b"hvcC"]), full_box(b"ispe", 0, struct.pack(">LL", 64, 64)), *properties]
    indices = bytes([len(known), *range(1, len(known) + 1)])
    kinds = {**dict.fromkeys(ids, b"hvc1"), note: b"Exif"}
    infos = [full_box(b"infe", 2, struct.pack(">HH", item, 0), kind, b"\0") for item, kind in kinds.items()]
    spans = {**dict.fromkeys(ids, (1, 0, len(pixels))), note: (pieces, len(pixels), len(about))}
    places = [struct.pack(">HHHH", item, 1, 0, n) + struct.pack(">LL", *span) * n for item, (n, *span) in spans.items()]
    meta = full_box(
        b"meta",
        0,
        full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
        full_box(b"pitm", 0, struct.pack(">H", 1)),
        full_box(b"iinf", 0, struct.pack(">H", len(infos)), *infos),
        full_box(b"iref", 0, box(b"cdsc", struct.pack(f">HH{pictures}H", note, pictures, *ids)), *references),
        box(
            b"iprp",
            box(b"ipco", *known),
            full_box(b"ipma", 0, struct.pack(">L", pictures), *(struct.pack(">H", item) + indices for item in ids)),
        ),
        full_box(b"iloc", 1, b"\x44\0", struct.pack(">H", len(places)), *places),
        box(b"idat", pixels, about),
    )
    return box(b"ftyp", whole[b"ftyp"]) + meta


# Two flat pictures as x265 codes them, the second as the transparency of the first. Encoding them takes seconds.
HUGE_TRANSPARENCY: Final = (
    "eNrt081rE0EYB+CZ3bQqhDZqaqXWNhFt+gmNqMjiYbG9CSp49GDSZGMGs+023ZZ4kagH/4MiiJhDQcQeCoKgEMjRuwcFLzl4qOjBg0rRQn1n"
    "kyDNwZ76E/UdMtn53GfmnVkhRH/Ov+nlHVUSlFyVS+qyq9I5Ic7ccx0/LRopns8Wis2y8FTGF22py1O+G5Qk5bNKzeaCmkG5hyqO0ezLL2WS"
    "Yluj8auxTxWdXOuN6cVSgTqlniWvKa/o0fOc8jJz1DtPU6ZkaC8VH23o4QOfxebmBhW7zRTN6LVlWG5t6QFmMMKkIS8NO019Q+el3N5RuxM6"
    "dHXl/cqLtRg1mPpPxGdoaOe0rM3fPkDvj6oFz2kuzW5mv30R1Z0XUW0uYqR9EdWauR6TX36zjrtt6xi0G1kkKFRTumWxOGu5nnPdyjtLGevk"
    "ZPK0RV0qawXRPaI8t3WgFFdDGsIwzVAHVSdVYS6jT25atEIeZJ0iQUujHhHi1BXKN1Q2re9AeFiuRlKre348+bZQpvZLum5/v/Xg+cc3Ty8+"
    "tPwPrx/v9qOs+a/vni3XgjhCfsZytIzTRNcrIGaaBjKQOOsC7oIYnSiq4xNK2reOksL3YR9WCSV1v0VJ+9dQ0sHLKCkK21MPTOqFRe8wbE99"
    "MKk/gpKOwqQB2I0YhEmxFEqK11HSMZh0PIaSTlRQ0hDsRiRg0UvAojcMu3sjsHMahZ3TKGxPY7A9jeH2BLt747DojVf+QanOEkt/RpqAfbkT"
    "KZb+CqnCEkssscQSSyyxxBJLLLHEEkssscQSSyyxxBJLLLHEEkssscTSfy7VfwLb/keO"
)


def heic_of_huge_transparency() -> bytes:
    """Returns 64×64 pixels with a transparency of 64 million pixels, in 14 KB."""
    return zlib.decompress(b64decode(HUGE_TRANSPARENCY))


# Colour profiles


def endless_profile(steps: int = 60_000) -> bytes:
    """Returns the sRGB profile with a pipeline that repeats the same step again and again."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = [struct.unpack_from(">4sLL", profile, 132 + 12 * n) for n in range(int.from_bytes(profile[128:132], "big"))]
    matrix = b"matf" + bytes(4) + struct.pack(">HH12f", 3, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    place = struct.pack(">LL", 16 + 8 * steps, len(matrix))
    pipeline = b"mpet" + bytes(4) + struct.pack(">HHL", 3, 3, steps) + place * steps + matrix
    contents = [(name, profile[at : at + size]) for name, at, size in tags] + [(b"D2B0", pipeline)]
    table, data, start = b"", b"", 132 + 12 * len(contents)
    for name, content in contents:
        table += struct.pack(">4sLL", name, start + len(data), len(content))
        data += content.ljust(-(-len(content) // 4) * 4, b"\0")
    whole = struct.pack(">L", start + len(data)) + profile[4:8] + b"\4\x40\0\0" + profile[12:128]
    return whole + struct.pack(">L", len(contents)) + table + data


def large(pillow_format: str, mode: str, **options: Any) -> Callable[[], bytes]:
    """Returns a function that makes a valid picture of 4 megapixels."""
    return lambda: file_of(in_mode(Image.new("RGB", (2000, 2000)), mode), pillow_format, **options)


# Name → the function that makes the file. Each format is in the mode that takes most memory.
LARGE: Final[dict[str, Callable[[], bytes]]] = {
    "JPEG": large("JPEG", "CMYK", progressive=True),
    "PNG": large("PNG", "RGBA"),
    "WEBP": large("WEBP", "RGBA", method=0),
    "GIF": large("GIF", "P", transparency=0),
    "BMP": large("BMP", "RGBA"),
    "TIFF": large("TIFF", "F", compression="zstd"),
    "AVIF": large("AVIF", "RGBA", subsampling="4:4:4", speed=10),
    "HEIF": large("HEIF", "RGBA", quality=10),
    "JPEG2000": large("JPEG2000", "RGBA"),
    "PSD": large("PSD", "RGB"),
    "PPM": large("PPM", "RGB"),
    "ICO": lambda: file_of(Image.new("RGBA", (256, 256)), "ICO"),  # its largest
    "TGA": large("TGA", "RGBA"),
}

# Name → the function that makes the file, and the name of the sentence that refuses it, or None if it is read.
BOMBS: Final[dict[str, tuple[Callable[[], bytes], str | None]]] = {
    "png-many-profiles": (lambda: png(many(packed(b"iCCP", b"x\0\0", bytes(1)))), "too_many_parts"),
    "png-many-texts": (lambda: png(many(packed(b"iTXt", b"x\0\1\0\0\0", b"\xff"))), "too_many_parts"),
    "png-many-texts-at-the-end": (lambda: png(after=many(packed(b"zTXt", b"\0\0", b" "))), "too_many_parts"),
    "png-wide-text": (png_wide_text, "damaged"),
    "png-tiny-chunks": (lambda: png(many(chunk(b"abCd"))), "too_many_parts"),
    "png-tiny-chunks-at-the-end": (lambda: png(after=many(chunk(b"IDAT"))), "too_many_parts"),
    "png-exif": (lambda: png(chunk(b"eXIf", exif())), "too_many_parts"),
    "png-more-pixels-than-said": (lambda: png(pixels=bytes(200 * MEBIBYTE)), None),
    "png-one-row": (lambda: png(size=(3_999_999, 1), pixels=bytes(12_000_000)), "too_wide"),
    "jpeg-tiny-segments": (lambda: jpeg(many(segment(0xE5, b""))), "too_many_parts"),
    "jpeg-exif-in-pieces": (jpeg_of_exif_in_pieces, "too_many_parts"),
    "jpeg-many-tables": (lambda: jpeg(many(segment(0xDB, (b"\0" + b"\1" * 64) * 1000), UPLOAD // 4)), None),
    "jpeg-many-scans": (jpeg_of_many_scans, "too_many_parts"),
    "gif-wiped": (gif_that_is_wiped, "too_many_pixels"),
    "gif-comments": (lambda: GIF_HEAD + b"!\xfe" + many(b"\2ab") + b"\0" + gif_frame(1, 1), "too_many_parts"),
    "gif-frames": (lambda: GIF_HEAD + many(gif_frame(1, 1)[:-1]) + b";", None),
    "bmp-rows": (lambda: run_length_bmp(Image.new("P", (2000, 2000)), b"\1\0\0\0" * 2000), None),
    "bmp-runs": (lambda: run_length_bmp(Image.new("P", (2000, 2000)), many(b"\xff\1")), "too_many_parts"),
    "tiff-rationals": (lambda: tiff((282, RATIONAL, 22 * MEBIBYTE // 8, 0), data=bytes(UPLOAD)), "too_many_parts"),
    "tiff-strips": (tiff_of_many_strips, "too_many_parts"),
    "tiff-tags": (tiff_of_many_tags, "too_many_parts"),
    "tiff-huge-tiles": (tiff_of_huge_tiles, "too_many_parts"),
    "webp-canvas": (webp_of_a_huge_canvas, "too_many_pixels"),
    "webp-exif": (lambda: file_of(DOT, "WEBP", exif=exif()), "too_many_parts"),
    "avif-exif": (avif_exif, "too_many_parts"),
    "avif-larger-than-it-says": (avif_larger_than_it_says, "damaged"),
    "heic-exif": (lambda: file_of(DOT, "HEIF", exif=exif()), "too_many_parts"),
    "heic-exif-of-many": (partial(heic, pictures=200, described=20 * MEBIBYTE), "too_many_parts"),
    "heic-exif-in-pieces": (partial(heic, described=20 * MEBIBYTE, pieces=30), "too_many_parts"),
    "heic-profiles": (
        partial(heic, pictures=200, properties=(box(b"colr", b"prof", bytes(20 * MEBIBYTE)),)),
        "too_many_parts",
    ),
    "heic-turns": (partial(heic, properties=(box(b"irot", b"\1"),) * 200), "too_many_parts"),
    "heic-transparency": (heic_of_huge_transparency, "damaged"),
    "profile-without-end": (lambda: file_of(DOT, icc_profile=endless_profile()), None),
}
