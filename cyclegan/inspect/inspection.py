"""Looking inside while a photo is painted: the maps of every layer of the int8 network that paints, and the scores of
the discriminator that the network was trained against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from cyclegan.card import RESIZE, Card, Layer
from cyclegan.pictures import Pixels

Maps = NDArray[np.float32]  # (C, h, w)
Scores = NDArray[np.float32]  # (h, w)

PATCH_STRIDE: Final = 8  # pixels from one score to the next
PHASES: Final = 4  # as subpixel.PHASES, whose module needs torch


@dataclass(frozen=True)
class Inspection:
    """One photo on its way through the network.

    `maps` are those of every layer of the card, in its order and in the photo's own extent: the int8 network's bytes as
    the numbers that they stand for. It has no resize by itself, only one inside the convolution that follows (see
    subpixel): the maps of such a layer are those before it, each value 2×2 times. The last layer's are what tanh
    answers, in [-1, 1]: the change that is added to the photo, or the painting itself.
    """

    maps: Sequence[Maps]
    painting: Pixels  # (H, W, 3) in [-1, 1]


class Inspector(Protocol):
    def inspect(self, photo: Pixels) -> Inspection:
        """(H, W, 3) in [-1, 1], both sides multiples of 4 and at least 12; painted as the engine paints it."""

    def score(self, picture: Pixels) -> Scores:
        """(H, W, 3) in [-1, 1], both sides at least 24 → (H/8 - 2, W/8 - 2): about 1 where the 70×70 pixels around look
        painted by hand, about 0 where not; nothing bounds a score."""


def inspection(photo: Pixels, answers: Iterable[Maps], card: Card) -> Inspection:
    """From what the layers of an int8 network answer, but for the resizes: (C, h, w), or (4C, h, w) where the maps are
    held as blocks; with the photo's margin, as much on every side, or with what is left of it."""
    maps: list[Maps] = []
    following = iter(answers)
    for layer in card["layers"]:
        channels, (height, width) = layer["shape"][0], _sides(layer, card["layers_side"], photo)
        if layer["name"] == RESIZE:
            maps.append(maps[-1].repeat(2, axis=1).repeat(2, axis=2))
            continue
        answer = next(following)
        maps.append(_centre(interleave(answer) if len(answer) == PHASES * channels else answer, height, width))
    painting = maps[-1].transpose(1, 2, 0)
    if card["generator"]["residual_output"]:
        painting = painting + photo
    return Inspection(maps, np.ascontiguousarray(painting.clip(-1, 1)))


def interleave(blocks: Maps) -> Maps:
    """(4c, h, w) → (c, 2h, 2w); as subpixel.interleave() does it."""
    phases, h, w = blocks.shape
    c = phases // PHASES
    return blocks.reshape(2, 2, c, h, w).transpose(2, 3, 0, 4, 1).reshape(c, 2 * h, 2 * w)


def _sides(layer: Layer, side: int, photo: Pixels) -> tuple[int, int]:
    """Of the layer's maps for `photo`, from those for a square of `side` pixels."""
    _, height, width = layer["shape"]
    return photo.shape[0] * height // side, photo.shape[1] * width // side


def _centre(maps: Maps, height: int, width: int) -> Maps:
    top, left = (maps.shape[1] - height) // 2, (maps.shape[2] - width) // 2
    # A copy, for an engine may overwrite its answer by the next.
    return maps[:, top : top + height, left : left + width].copy()
