"""Pictures as files have them → upright RGB in sRGB, and back to files without metadata."""

from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageCms, ImageOps

SAVE_OPTIONS: Final[dict[str, dict[str, int | bool]]] = {
    "png": {},
    "jpeg": {"quality": 92, "subsampling": 0},  # strokes are full of colour edges, which subsampling blurs
    "webp": {"quality": 90, "method": 4},
}
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

    Raises what Pillow raises where the pixels can't be decoded: OSError, SyntaxError, ValueError.
    """
    profile = picture.info.get("icc_profile")
    upright = picture
    upright.load()  # before its file is closed
    ImageOps.exif_transpose(upright, in_place=True)
    if upright.mode in ("I", "F") or upright.mode.startswith("I;16"):
        return _eight_bits(upright).convert("RGB")
    if upright.has_transparency_data:
        over = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
    elif upright.mode not in ("RGB", "L", "CMYK"):
        upright = upright.convert("RGB")
    if profile:
        return _to_srgb(upright, profile)
    return upright if upright.mode == "RGB" else upright.convert("RGB")


def encode(picture: Image.Image, file_format: str) -> bytes:
    """An RGB picture as the bytes of a file; `file_format` is a key of SAVE_OPTIONS."""
    file = BytesIO()
    clean = picture.copy()
    clean.info = {}  # save() would carry over comments and profiles
    clean.save(file, file_format, **SAVE_OPTIONS[file_format])
    return file.getvalue()


def shrink(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """To fewer pixels, in one way everywhere: only so do two shrunk pictures match."""
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """One channel of 16-bit, 32-bit or float samples → L. convert() would clip at 255 and show white."""
    samples = np.nan_to_num(np.asarray(picture).astype(np.float64))
    full_scale = 65535.0 if picture.mode != "F" else (1.0 if samples.max() <= 1 else 255.0)
    return Image.fromarray(np.rint(samples.clip(0, full_scale) * (255 / full_scale)).astype(np.uint8))


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # The profile is broken or belongs to another mode: the plain samples are the best that is known.
        return picture.convert("RGB")
    return converted if converted is not None else picture.convert("RGB")
