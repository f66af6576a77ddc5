"""Draws what an inspection found: the maps of a layer on one sheet, and a discriminator's scores over their picture."""

import base64
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cyclegan.inspect.inspection import PATCH_STRIDE, Maps, Scores
from cyclegan.pictures import Pixels, to_bytes

# Pixels of a sheet of square maps, about. The number of columns and the sides of maps are powers of two.
WIDTH: Final = 1024
GAP: Final = 2  # pixels between two maps
MID_GREY: Final = 128
# The percentiles of a map's values shown as black and white, so that a single bright spot doesn't darken the rest.
PERCENTILES: Final = (1, 99)

NO_HAND: Final = np.array([0xD9, 0x82, 0x2B])  # RGB of a score of 0; colour-blind people can tell it from HAND
HAND: Final = np.array([0x1F, 0x8F, 0x74])
TINT: Final = 0.6  # the opacity of the colour of a score of 0 or 1; a score of 0.5 has none

PICTURE_QUALITY: Final = 85
SHEET_QUALITY: Final = 20  # strokes are noise to a codec: 50 takes twice the bytes, for details too small to see


def columns_of(maps: Maps) -> int:
    return min(len(maps), 8 if len(maps) <= 64 else 16)


def draw_maps(maps: Maps) -> Image.Image:
    """Draws maps (C, h, w) on a grey sheet, row by row, each stretched to its own range; a constant map is black.

    Maps are shrunk by area or enlarged by repetition, both by a whole number. Shrunk sides must be multiples of 4.
    """
    columns = columns_of(maps)
    tiles = _stretched(_sized(maps, WIDTH // columns))
    count, height, width = tiles.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP), MID_GREY, np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * (height + GAP), column * (width + GAP)
        sheet[top : top + height, left : left + width] = tile
    return Image.fromarray(sheet)


def draw_change(maps: Maps) -> Image.Image:
    """Draws the change (3, H, W) in [-1, 1] in RGB; no change is mid grey."""
    return Image.fromarray(to_bytes(maps.transpose(1, 2, 0)))


def draw_scores(picture: Pixels, scores: Scores) -> Image.Image:
    """Draws the picture, (H, W, 3) in [-1, 1], in grey, tinted by each score at the middle of its 70×70 pixels."""
    grey = np.asarray(Image.fromarray(to_bytes(picture)).convert("L"), np.float32)
    margins = [(whole - PATCH_STRIDE * side) // 2 for whole, side in zip(grey.shape, scores.shape, strict=True)]
    squares = scores.clip(0, 1).repeat(PATCH_STRIDE, 0).repeat(PATCH_STRIDE, 1)
    spread = np.full(grey.shape, 0.5, np.float32)
    (top, left), (height, width) = margins, squares.shape
    spread[top : top + height, left : left + width] = squares
    colour = np.where((spread < 0.5)[..., None], NO_HAND, HAND)
    tint = TINT * np.abs(2 * spread - 1)[..., None]
    return Image.fromarray(np.rint(grey[..., None] * (1 - tint) + colour * tint).astype(np.uint8))


def data_url(picture: Image.Image, quality: int) -> str:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def _sized(maps: Maps, side: int) -> Maps:
    """Resizes maps so that their longer side has at most `side` pixels, and more than half as many."""
    longer = max(maps.shape[1:])
    if longer <= side:
        times = side // longer
        return maps.repeat(times, axis=1).repeat(times, axis=2)
    times = 1 << (-(-longer // side) - 1).bit_length()  # a power of two, as the sides of maps are multiples of one
    smaller: Maps = np.mean([maps[:, row::times, column::times] for row, column in np.ndindex(times, times)], axis=0)
    return smaller


def _stretched(maps: Maps) -> NDArray[np.uint8]:
    # NumPy sorts all values ten times as fast as it finds percentiles.
    ordered = np.sort(maps.reshape(len(maps), -1), axis=1)
    low, high = (ordered[:, ordered.shape[1] * percent // 100, None, None] for percent in PERCENTILES)
    reach = np.where(high > low, high - low, np.inf)
    grey: NDArray[np.uint8] = np.rint(((maps - low) / reach).clip(0, 1) * 255).astype(np.uint8)
    return grey
