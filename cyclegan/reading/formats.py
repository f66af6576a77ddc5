"""The formats that the project opens, and names for some that it does not."""

from typing import Final

from PIL import Image, TiffImagePlugin

# Pillow's name of each format that is opened → its suffixes, in lower case.
FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
    "HEIF": (".heic", ".heif", ".hif"),
    "JPEG2000": (".jp2", ".jpx", ".j2k"),
    "PSD": (".psd",),
    "PPM": (".ppm", ".pgm", ".pbm"),
    "ICO": (".ico",),
    "TGA": (".tga",),
}
# Files of this format begin with nothing special; those that say what they are say it at their end.
TGA: Final = "TGA"
TGA_FOOTER: Final = b"TRUEVISION-XFILE.\0"

# What files of formats that no reader here opens begin with → the format's name.
UNOPENED: Final[dict[bytes, str]] = {
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"%PDF": "PDF",
    b"%!PS": "EPS",
    b"DDS ": "DDS",
    b"v/1\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"gimp xcf": "XCF",
    b"\x1aE\xdf\xa3": "Matroska video",
}
RAW: Final[dict[bytes, str]] = {
    b"FUJIFILMCCD-RAW": "RAF",
    b"IIRO": "ORF",
    b"IIRS": "ORF",
    b"MMOR": "ORF",
    b"IIU\0": "RW2",
    b"FOVb": "X3F",
    b"\0MRM": "MRW",
    b"II*\0\x10\0\0\0CR": "CR2",
}
RAW_MAKES: Final = {"NIKON": "NEF", "SONY": "ARW", "PENTAX": "PEF", "SAMSUNG": "SRW"}
# The brand of a file of boxes, if no picture → its format.
VIDEO_BRANDS: Final = (b"qt  ", b"isom", b"iso2", b"mp41", b"mp42", b"M4V ", b"avc1", b"3gp4", b"3gp5")
CR3_BRAND: Final = b"crx "
HEAD: Final = 1024  # bytes in which an SVG names its root element

NEW_SUBFILE_TYPE, PHOTOMETRIC, MAKE, SUB_IFDS, DNG_VERSION = 254, 262, 271, 330, 50706  # tags of a TIFF
REDUCED: Final = 1  # a subfile type: a smaller copy of another picture in the file
SENSOR_COLOURS: Final = (32803, 34892)  # photometric interpretations: a colour filter array, linear raw


def openable(data: bytes) -> list[str]:
    """Returns the formats, by Pillow's names, as which a file may be opened."""
    return [name for name in FORMATS if name != TGA or data.endswith(TGA_FOOTER)]


def raw_format(data: bytes) -> str | None:
    """Returns the name of the camera's raw format that a file is in, unless it is a kind of TIFF."""
    if _brand(data) == CR3_BRAND:
        return "CR3"
    return next((name for begin, name in RAW.items() if data.startswith(begin)), None)


def raw_tiff_format(picture: Image.Image) -> str | None:
    """Returns the name of the raw format that an opened TIFF is in: Pillow would read the small preview in it."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return None
    tags = picture.tag_v2
    if DNG_VERSION in tags:
        return "DNG"
    preview = tags.get(NEW_SUBFILE_TYPE) == REDUCED and SUB_IFDS in tags
    if preview or tags.get(PHOTOMETRIC) in SENSOR_COLOURS:
        make = str(tags.get(MAKE, "")).upper()
        return next((name for begin, name in RAW_MAKES.items() if make.startswith(begin)), "raw")
    return None


def unopened_format(data: bytes) -> str | None:
    """Returns the name of a known format that is not opened here."""
    if _brand(data) in VIDEO_BRANDS:
        return "MP4"
    if b"<svg" in data[:HEAD]:
        return "SVG"
    return next((name for begin, name in UNOPENED.items() if data.startswith(begin)), None)


def _brand(data: bytes) -> bytes:
    return data[8:12] if data[4:8] == b"ftyp" else b""
