"""Small files as Pillow writes them: every format that is read, in every mode, with metadata and other variants."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from pictures import landscape
from uploads import file_of
from webapp.intake.photo import FORMATS

SIZE: Final = (24, 16)
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
NO_SUCH_FILE: Final = (OSError, ValueError, KeyError)  # what Pillow raises for a mode that a format does not have


@cache
def specimens() -> dict[str, bytes]:
    """Returns name → file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pillow_heif writes YCbCr in a way that Pillow will drop
        return dict([*_modes(), *_variants()])


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """Converts an RGB picture to any mode; some modes can be reached only through another."""
    for detour in ("RGB", "RGBA", "L", "LA"):
        try:
            return picture.convert(detour).convert(mode)
        except ValueError:
            continue
    return Image.new(mode, picture.size)


def chunk(name: bytes, data: bytes = b"") -> bytes:
    """Returns a chunk of a PNG."""
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def _modes() -> Iterator[tuple[str, bytes]]:
    for pillow_format in FORMATS:
        for mode in Image.MODES:
            try:
                yield f"{pillow_format} {mode}", file_of(in_mode(landscape(*SIZE), mode), pillow_format)
            except NO_SUCH_FILE:
                continue


def _variants() -> Iterator[tuple[str, bytes]]:
    picture = landscape(*SIZE)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.XResolution] = 72.0
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
    about: dict[str, Any] = {"exif": exif, "icc_profile": profile}
    frames: dict[str, Any] = {"save_all": True, "append_images": [picture.rotate(90), picture.convert("L")]}
    for pillow_format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"):
        described = about | ({"exif": exif.tobytes()} if pillow_format == "HEIF" else {})
        yield f"{pillow_format} described", file_of(picture, pillow_format, **described)
    for pillow_format in ("PNG", "WEBP", "GIF", "TIFF", "AVIF", "MPO"):
        yield f"{pillow_format} of frames", file_of(picture, pillow_format, **frames)
    yield "JPEG progressive", file_of(picture, "JPEG", progressive=True)
    yield "JPEG in restarts", file_of(picture, "JPEG", restart_marker_blocks=1)
    yield "JPEG CMYK progressive", file_of(picture.convert("CMYK"), "JPEG", progressive=True)
    yield "PNG with text", file_of(picture, pnginfo=_text())
    yield "PNG with a transparent colour", file_of(picture, transparency=(0, 0, 0))
    yield "WEBP lossless", file_of(picture.convert("RGBA"), "WEBP", lossless=True)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "tiff_lzma"):
        yield f"TIFF {compression}", file_of(picture, "TIFF", compression=compression)
    for compression in ("group3", "group4", "tiff_ccitt"):
        yield f"TIFF {compression}", file_of(picture.convert("1"), "TIFF", compression=compression)
    yield "TIFF with 64 bits", file_of(picture, "TIFF", big_tiff=True)
    yield "BMP in runs", run_length_bmp(picture.convert("P"))


def _text() -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "a hill")
    text.add_text("Comment", "a hill " * 9, zip=True)
    text.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="3"/>', zip=True)
    return text


def run_length_bmp(picture: Image.Image, data: bytes | None = None) -> bytes:
    """Returns a BMP of a picture of mode P in which each pixel is a run of its own, or one with other `data`."""
    width, height = picture.size
    if data is None:
        rows = [picture.crop((0, y, width, y + 1)).tobytes() for y in reversed(range(height))]
        data = b"".join(b"".join(bytes([1, index]) for index in row) + b"\0\0" for row in rows) + b"\0\1"
    palette = bytes(range(256)) * 4
    head = struct.pack("<LLLHHLLLLLL", 40, width, height, 1, 8, 1, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<LLL", 0, 0, 14 + len(head) + len(palette)) + head + palette + data
