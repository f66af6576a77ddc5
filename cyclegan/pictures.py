"""Pictures as files have them → upright RGB in sRGB, and back to files without metadata."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)  # HEIC is what iPhones take

# What the project opens: Pillow's name of each format → its suffixes, in lower case.
FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
    "HEIF": (".heic", ".heif"),
}
SAVE_OPTIONS: Final[dict[str, dict[str, int | bool]]] = {
    "png": {},
    "jpeg": {"quality": 92, "subsampling": 0},  # strokes are full of colour edges, which subsampling blurs
    "webp": {"quality": 90, "method": 4},
}
BAND = 2**18  # pixels: few enough that the working memory of a band is little beside the picture, even in float64
ORIENTATION = ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp")  # names in a picture's info that have it
# The type of a profile's pipelines of any number of steps. Some kilobytes can be gigabytes; no photo needs one.
ENDLESS: Final = b"mpet"
Pixels = NDArray[np.float32]  # (H, W, 3) in [-1, 1]
Bytes = NDArray[np.uint8]  # (H, W, 3)
_SRGB = ImageCms.createProfile("sRGB")


class PictureError(ValueError):
    """A file that is no picture; the message says which and why."""


# What Pillow raises for a file that is no picture, or a damaged one.
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def load_picture(path: Path) -> Image.Image:
    """An upright RGB picture from disk. Raises PictureError, naming the file, where it can't be read."""
    try:
        with Image.open(path) as picture:
            return upright_rgb(picture)
    except UNREADABLE as error:
        raise PictureError(f"The picture {path} can't be read ({error}).") from error


def check_picture(path: Path) -> str | None:
    """Why load_picture() would refuse a file; None where it would not. For JPEG at a fifth of the time."""
    try:
        with Image.open(path) as picture:
            picture.draft(None, (1, 1))  # an eighth of the size, but every byte of the file
            upright_rgb(picture)
    except UNREADABLE as error:
        return str(error) or type(error).__name__
    return None


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Any picture that Pillow opens → RGB in sRGB, turned as its EXIF says, transparency over white.

    The picture is taken over: 50 megapixels are 200 MB, so what can be changed in place is.
    Raises what Pillow raises where the pixels can't be decoded: OSError, SyntaxError, ValueError.
    """
    profile = picture.info.get("icc_profile")
    upright = picture
    upright.load()  # before its file is closed
    upright.getexif()  # which is kept; from here it would be written anew, however odd its other tags are
    for name in ORIENTATION:
        upright.info.pop(name, None)
    ImageOps.exif_transpose(upright, in_place=True)
    if upright.mode in ("I", "F") or upright.mode.startswith("I;16"):
        return _eight_bits(upright).convert("RGB")
    if upright.has_transparency_data:
        upright = _over_white(upright)
    elif upright.mode not in ("RGB", "L", "CMYK"):
        upright = upright.convert("RGB")
    if profile:
        upright = _to_srgb(upright, profile)
    return _pixels_alone(upright if upright.mode == "RGB" else upright.convert("RGB"))


def encode(picture: Image.Image, file_format: str) -> bytes:
    """An RGB picture as the bytes of a file; `file_format` is a key of SAVE_OPTIONS. Empties the picture's `info`."""
    picture.info = {}  # save() would carry over comments and profiles; a copy without them would be as large again
    file = BytesIO()
    picture.save(file, file_format, **SAVE_OPTIONS[file_format])
    return file.getvalue()


def bands(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Copies of rows that hold about BAND pixels, at least one row, each with the number of its first row."""
    rows = max(1, BAND // picture.width)
    for top in range(0, picture.height, rows):
        yield top, picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def shrink(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """To fewer pixels, in one way everywhere: only so do two shrunk pictures match."""
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """One channel of 16-bit, 32-bit or float samples → L. convert() would clip at 255 and show white."""
    full_scale = 65535.0
    if picture.mode == "F":
        full_scale = 1.0 if max(_samples(band).max() for _, band in bands(picture)) <= 1 else 255.0
    grey = Image.new("L", picture.size)
    for top, band in bands(picture):
        levels = np.rint(_samples(band).clip(0, full_scale) * (255 / full_scale)).astype(np.uint8)
        grey.paste(Image.fromarray(levels), (0, top))
    return grey


def _samples(picture: Image.Image) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # a file may have any bytes, numbers that are none and signal it too
        return np.nan_to_num(np.asarray(picture, dtype=np.float64))


def _over_white(picture: Image.Image) -> Image.Image:
    opaque = Image.new("RGB", picture.size)
    for top, band in bands(picture):
        over = band.convert("RGBA")
        opaque.paste(Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB"), (0, top))
    return opaque


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """RGB in place; the picture as it is where the profile is broken, belongs to another mode or has no end."""
    if ENDLESS in profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        in_place = picture.mode == "RGB"
        converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB", inPlace=in_place)
    except (ImageCms.PyCMSError, OSError):
        return picture  # the plain samples are the best that is known
    return converted or picture


def _pixels_alone(picture: Image.Image) -> Image.Image:
    """The same pixels, without what a file's reader keeps beside them as long as it lives: for WebP two more copies."""
    alone = Image.new(picture.mode, picture.size, None)  # not filled, and so not yet in memory
    alone.im = picture.im
    return alone


def resize_to(photo: Image.Image, longer_side: int) -> Image.Image:
    """Shrinks a photo to `longer_side` pixels; never enlarges it."""
    size = fitted(photo.size, longer_side)
    return photo if size == photo.size else shrink(photo, size)


def fitted(size: tuple[int, int], longer_side: int) -> tuple[int, int]:
    """The same aspect ratio with `longer_side` pixels; never larger."""
    scale = min(1, longer_side / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    return width, height


def to_pixels(picture: Image.Image | NDArray[np.uint8]) -> Pixels:
    """RGB bytes 0…255 → [-1, 1]."""
    return np.asarray(picture, dtype=np.float32) / np.float32(127.5) - np.float32(1)


def to_bytes(pixels: Pixels) -> NDArray[np.uint8]:
    """[-1, 1] → RGB bytes, clipped and rounded: to_bytes(to_pixels(bytes)) is bytes."""
    return np.rint((pixels.clip(-1, 1) + 1) * 127.5).astype(np.uint8)


def to_picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(to_bytes(pixels))
