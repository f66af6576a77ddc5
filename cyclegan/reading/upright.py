"""Converts decoded pictures of any kind to upright RGB in sRGB."""

import struct
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from cyclegan.pictures import bands

# What Pillow's readers raise for damaged data.
DAMAGED: Final = (
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    struct.error,
)
ORIENTATION: Final = ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp")  # keys of a picture's info
# The ICC signature of multiProcessElements, pipelines of any length: a few kilobytes can expand to gigabytes, and no
# photo needs one.
MULTI_PROCESS_ELEMENTS: Final = b"mpet"
_SRGB = ImageCms.createProfile("sRGB")


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Converts any picture that Pillow opens to RGB in sRGB, rotated as its EXIF says, with transparency over white.

    Takes ownership of `picture`, which is decoded, and changes it in place where possible, since 50 megapixels take
    200 MB.
    """
    profile = picture.info.get("icc_profile")
    upright = picture
    _turn_upright(upright)
    if upright.mode in ("I", "F") or upright.mode.startswith("I;16"):
        return _eight_bits(upright).convert("RGB")
    if upright.has_transparency_data:
        upright = _over_white(upright)
    elif upright.mode not in ("RGB", "L", "CMYK"):
        upright = upright.convert("RGB")
    if profile:
        upright = _to_srgb(upright, profile)
    return _detached(upright if upright.mode == "RGB" else upright.convert("RGB"))


def _turn_upright(picture: Image.Image) -> None:
    """Turns a picture in place as its EXIF says; one whose EXIF can't be read stays as it was stored."""
    try:
        # Caches the orientation. Without the keys below, exif_transpose() doesn't rewrite the EXIF, which odd tags
        # break.
        picture.getexif()
    except DAMAGED:
        return
    for name in ORIENTATION:
        picture.info.pop(name, None)
    ImageOps.exif_transpose(picture, in_place=True)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Converts one channel of 16-bit, 32-bit or float samples to mode L. convert() would clip them at 255, to white."""
    full_scale = 65535.0
    if picture.mode == "F":
        full_scale = 1.0 if max(_samples(band).max() for _, band in bands(picture)) <= 1 else 255.0
    grey = Image.new("L", picture.size)
    for top, band in bands(picture):
        levels = np.rint(_samples(band).clip(0, full_scale) * (255 / full_scale)).astype(np.uint8)
        grey.paste(Image.fromarray(levels), (0, top))
    return grey


def _samples(picture: Image.Image) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # a file may hold any bit pattern, including signalling NaNs
        return np.nan_to_num(np.asarray(picture, dtype=np.float64))


def _over_white(picture: Image.Image) -> Image.Image:
    opaque = Image.new("RGB", picture.size)
    for top, band in bands(picture):
        over = band.convert("RGBA")
        opaque.paste(Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB"), (0, top))
    return opaque


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Converts a picture to sRGB, in place if it is RGB.

    Returns it unchanged when the profile is broken, belongs to another mode or may be huge.
    """
    if MULTI_PROCESS_ELEMENTS in profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        in_place = picture.mode == "RGB"
        converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB", inPlace=in_place)
    except (ImageCms.PyCMSError, OSError):
        return picture  # its plain samples are the best guess
    return converted or picture


def _detached(picture: Image.Image) -> Image.Image:
    """Returns the same pixels without the file's decoder, which for WebP keeps two more copies of them."""
    detached = Image.new(picture.mode, picture.size, None)  # without a colour, its memory isn't touched
    detached.im = picture.im
    return detached
