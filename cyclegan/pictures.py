"""Resizes RGB pictures, converts them to and from arrays, and writes them without metadata."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SAVE_OPTIONS: Final[dict[str, dict[str, int | bool]]] = {
    "png": {},
    "jpeg": {"quality": 92, "subsampling": 0},  # strokes are full of colour edges, which subsampling blurs
    "webp": {"quality": 90, "method": 4},
}
BILINEAR: Final = Image.Resampling.BILINEAR
BAND = 2**18  # pixels: even in float64, a band takes little memory compared with the picture
Pixels = NDArray[np.float32]  # (H, W, 3) in [-1, 1]
Bytes = NDArray[np.uint8]  # (H, W, 3) in 0…255


def encode(picture: Image.Image, file_format: str, exif: bytes = b"") -> bytes:
    """Returns the bytes of a file with an RGB picture and `exif`. `file_format` is a key of SAVE_OPTIONS.

    Clears the picture's `info`.
    """
    picture.info = {}  # save() would write its comments and profiles; a copy without them would double the memory
    file = BytesIO()
    picture.save(file, file_format, exif=exif, **SAVE_OPTIONS[file_format])
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
