"""Reads picture files as upright sRGB pictures, converts them to and from arrays, and writes them without metadata."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)  # iPhones take HEIC photos

# The formats that the project opens: Pillow's name of each → its suffixes, in lower case.
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
BILINEAR: Final = Image.Resampling.BILINEAR
BAND = 2**18  # pixels: even in float64, a band takes little memory compared with the picture
ORIENTATION = ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp")  # keys of a picture's info that may hold it
# The ICC signature of multiProcessElements, pipelines of any length: a few kilobytes can expand to gigabytes, and no
# photo needs one.
MULTI_PROCESS_ELEMENTS: Final = b"mpet"
Pixels = NDArray[np.float32]  # (H, W, 3) in [-1, 1]
Bytes = NDArray[np.uint8]  # (H, W, 3) in 0…255
_SRGB = ImageCms.createProfile("sRGB")


class PictureError(ValueError):
    """A file can't be read as a picture; the message says which file and why."""


# What Pillow raises for a damaged picture, and for a file that isn't a picture.
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def load_picture(path: Path) -> Image.Image:
    """Returns the picture in a file as upright RGB in sRGB. Raises PictureError when it can't be read."""
    try:
        with Image.open(path) as picture:
            return upright_rgb(picture)
    except UNREADABLE as error:
        raise PictureError(f"The picture {path} can't be read ({error}).") from error


def check_picture(path: Path) -> str | None:
    """Returns why load_picture() would refuse a file, or None if it would not. Five times as fast for JPEG."""
    try:
        with Image.open(path) as picture:
            picture.draft(None, (1, 1))  # decodes at an eighth of the size, but still reads every byte
            upright_rgb(picture)
    except UNREADABLE as error:
        return str(error) or type(error).__name__
    return None


def upright_rgb(picture: Image.Image) -> Image.Image:
    """Converts any picture that Pillow opens to RGB in sRGB, rotated as its EXIF says, with transparency over white.

    Takes ownership of `picture` and changes it in place where possible, since 50 megapixels take 200 MB.
    Raises what Pillow raises when the pixels can't be decoded: OSError, SyntaxError or ValueError.
    """
    profile = picture.info.get("icc_profile")
    upright = picture
    upright.load()  # before its file is closed
    # Caches the orientation. Without the keys below, exif_transpose() doesn't rewrite the EXIF, which odd tags break.
    upright.getexif()
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
    return _detached(upright if upright.mode == "RGB" else upright.convert("RGB"))


def encode(picture: Image.Image, file_format: str) -> bytes:
    """Returns the bytes of a file with an RGB picture. `file_format` is a key of SAVE_OPTIONS.

    Clears the picture's `info`.
    """
    picture.info = {}  # save() would write its comments and profiles; a copy without them would double the memory
    file = BytesIO()
    picture.save(file, file_format, **SAVE_OPTIONS[file_format])
    return file.getvalue()


def bands(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Yields copies of bands of full rows, each with the index of its first row.

    A band holds at most BAND pixels, but at least one row.
    """
    rows = max(1, BAND // picture.width)
    for top in range(0, picture.height, rows):
        yield top, picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def shrink(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Downscales to `size`, (width, height) in pixels. All code uses this filter, so that downscaled pictures match."""
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


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


def resize_to(photo: Image.Image, longer_side: int) -> Image.Image:
    """Shrinks a photo so that its longer side has at most `longer_side` pixels; never enlarges it."""
    size = fitted(photo.size, longer_side)
    return photo if size == photo.size else shrink(photo, size)


def fitted(size: tuple[int, int], longer_side: int) -> tuple[int, int]:
    """Returns the (width, height) in pixels that resize_to() gives a picture of `size`, in the same aspect ratio."""
    scale = min(1, longer_side / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    return width, height


def low_pass(pixels: Pixels, side: int) -> Pixels:
    """Returns what a generator with this `low_pass` keeps of a photo, (H, W, 3) of any size: see networks.low_pass().

    Like networks.extend(), it repeats the last row and column up to a multiple of the stride and mirrors at the edges.
    """
    if side == 1:
        return pixels
    h, w, channels = pixels.shape
    stride = max(4, side)  # of networks.GeneratorConfig
    even = np.pad(pixels, ((0, -h % stride), (0, -w % stride), (0, 0)), mode="edge")
    mirrored = np.pad(even, ((side, side), (side, side), (0, 0)), mode="reflect")
    height, width = mirrored.shape[0] // side, mirrored.shape[1] // side
    means = mirrored.reshape(height, side, width, side, channels).mean((1, 3))
    planes = (Image.fromarray(means[:, :, channel]) for channel in range(channels))
    enlarged = [np.asarray(plane.resize((width * side, height * side), BILINEAR)) for plane in planes]
    return np.stack(enlarged, axis=-1)[side : side + h, side : side + w]


def to_pixels(picture: Image.Image | NDArray[np.uint8]) -> Pixels:
    """Maps RGB bytes, 0…255, to [-1, 1]: (H, W, 3) float32."""
    return np.asarray(picture, dtype=np.float32) / np.float32(127.5) - np.float32(1)


def to_bytes(pixels: Pixels) -> NDArray[np.uint8]:
    """Maps [-1, 1] to RGB bytes, 0…255, clipped and rounded. The inverse of to_pixels() for bytes."""
    return np.rint((pixels.clip(-1, 1) + 1) * 127.5).astype(np.uint8)


def to_picture(pixels: Pixels) -> Image.Image:
    """Converts (H, W, 3) in [-1, 1] to an RGB picture; values outside are clipped."""
    return Image.fromarray(to_bytes(pixels))
