"""Upsampling without the larger map: what follows a nearest resize, computed before it.

A map of (c, 2h, 2w) is held as blocks, (4c, h, w): channel (2·row + column)·c + k is what channel k has at that row and
column of each 2×2 block, its phase (sub-pixel convolution: Shi et al., 2016, arXiv 1609.05158). A 3×3 convolution after
a nearest resize reads most values more than once; with its weights added up accordingly, a 2×2 convolution gives all
four phases for 4/9 of the multiplications. And a convolution with 3 outputs wastes most of what a processor multiplies
at once; on blocks it has 12.

Both functions turn weights into those of a convolution *without* padding: it answers less than it is given, as their
`lost` says.
"""

from typing import Final

import torch
from torch import Tensor

PHASES: Final = 4
# Which of the two pixels before a resize the three taps of a row read, for the first and the second row of a block.
_TAPS: Final = (((1.0, 1.0, 0.0), (0.0, 0.0, 1.0)), ((1.0, 0.0, 0.0), (0.0, 1.0, 1.0)))

LOST_BY_RESIZED: Final = 1  # pixels of the larger map, on every side


def resized_weights(weight: Tensor) -> Tensor:
    """(d, c, 3, 3), of a convolution over a map resized to twice its sides → (4d, c, 2, 2), over the map itself.

    (c, h, w) → blocks (4d, h - 1, w - 1): of the larger map all but LOST_BY_RESIZED pixels on every side.
    """
    taps = weight.new_tensor(_TAPS)
    phases = torch.einsum("dcyx,aiy,bjx->abdcij", weight, taps, taps)
    return phases.reshape(-1, weight.shape[1], 2, 2)


def block_weights(weight: Tensor) -> Tensor:
    """(d, c, k, k) with an odd k → (4d, 4c, (k + 1) / 2, (k + 1) / 2): the same convolution from blocks to blocks.

    What the padding of the given one would add is lost: (k - 1) / 2 pixels on every side.
    """
    d, c, k, _ = weight.shape
    phases = []
    for row in range(2):
        for column in range(2):
            moved = weight.new_zeros(d, c, k + 1, k + 1)
            moved[:, :, row : row + k, column : column + k] = weight
            blocks = moved.view(d, c, (k + 1) // 2, 2, (k + 1) // 2, 2)
            phases.append(blocks.permute(0, 3, 5, 1, 2, 4).reshape(d, PHASES * c, (k + 1) // 2, (k + 1) // 2))
    return torch.cat(phases)


def interleave(blocks: Tensor) -> Tensor:
    """(1, 4c, h, w) → (1, c, 2h, 2w), channels-last both."""
    h, w = blocks.shape[2], blocks.shape[3]
    c = blocks.shape[1] // 4
    rows = blocks.permute(0, 2, 3, 1).reshape(1, h, w, 2, 2 * c).permute(0, 1, 3, 2, 4)
    return rows.reshape(1, 2 * h, 2 * w, c).permute(0, 3, 1, 2)
