"""Inspects how a photo is painted: the maps of every layer of the int8 network, and the discriminator's scores.

The discriminator is the one that the network was trained against.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from cyclegan.card import RESIZE, Card, Layer
from cyclegan.pictures import Pixels, low_pass

Maps = NDArray[np.float32]  # (C, h, w)
Scores = NDArray[np.float32]  # (h, w)

PATCH_STRIDE: Final = 8  # pixels from one score to the next
PHASES: Final = 4  # a copy of export.subpixel.PHASES, whose module needs torch


@dataclass(frozen=True)
class Inspection:
    """What the network makes of one photo.

    `maps` has the maps of every layer of the card, in its order, without the margin, dequantized from the int8
    network's bytes. The int8 network merges each resize with the convolution that follows (see export.subpixel), so the
    maps of a resize are those before it with each value repeated 2×2 times. The last layer's maps are the output of
    tanh, in [-1, 1]: the change that is added to the photo or to its low pass, or the painting itself.
    """

    maps: Sequence[Maps]
    painting: Pixels  # (H, W, 3) in [-1, 1]


class Inspector(Protocol):
    """Inspects photos with one engine."""

    def inspect(self, photo: Pixels) -> Inspection:
        """Paints a photo as the engine does: (H, W, 3) in [-1, 1], both sides multiples of 4 and at least 12."""

    def score(self, picture: Pixels) -> Scores:
        """Scores every patch of a picture: (H, W, 3) in [-1, 1], H and W at least 24 → (H/8 - 2, W/8 - 2).

        A score is close to 1 if the 70×70 pixels around look painted by hand and close to 0 if not, but is unbounded.
        """


def to_inspection(photo: Pixels, outputs: Iterable[Maps], card: Card) -> Inspection:
    """Makes an inspection of the int8 network's layer outputs.

    `outputs` yields, in the card's order, the output of every layer that isn't a resize: (C, h, w), or (4C, h, w) as
    blocks. Each is larger than the photo's own maps by the same margin on every side.
    """
    maps: list[Maps] = []
    remaining = iter(outputs)
    for layer in card["layers"]:
        channels, (height, width) = layer["shape"][0], _map_size(layer, card["layers_side"], photo)
        if layer["name"] == RESIZE:
            maps.append(maps[-1].repeat(2, axis=1).repeat(2, axis=2))
            continue
        output = next(remaining)
        maps.append(_crop_centre(interleave(output) if len(output) == PHASES * channels else output, height, width))
    painting = maps[-1].transpose(1, 2, 0)
    if side := card["generator"]["low_pass"]:
        painting = painting + low_pass(photo, side)
    return Inspection(maps, np.ascontiguousarray(painting.clip(-1, 1)))


def interleave(blocks: Maps) -> Maps:
    """Converts blocks, (4c, h, w), to maps, (c, 2h, 2w), as export.subpixel.interleave() does."""
    phases, h, w = blocks.shape
    c = phases // PHASES
    return blocks.reshape(2, 2, c, h, w).transpose(2, 3, 0, 4, 1).reshape(c, 2 * h, 2 * w)


def _map_size(layer: Layer, side: int, photo: Pixels) -> tuple[int, int]:
    """Returns the layer's (height, width) for `photo`, scaled from that of a square of `side` pixels."""
    _, height, width = layer["shape"]
    return photo.shape[0] * height // side, photo.shape[1] * width // side


def _crop_centre(maps: Maps, height: int, width: int) -> Maps:
    top, left = (maps.shape[1] - height) // 2, (maps.shape[2] - width) // 2
    # A copy, since an engine's next run may overwrite its outputs.
    return maps[:, top : top + height, left : left + width].copy()
