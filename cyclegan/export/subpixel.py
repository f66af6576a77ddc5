"""Replaces a nearest resize and the convolution after it by a convolution at the smaller size (sub-pixel convolution).

A map of (c, 2h, 2w) is stored as blocks, (4c, h, w): channel (2·row + column)·c + k holds the values of channel k at
that row and column of each 2×2 block, called its phase (Shi et al., 2016, arXiv 1609.05158). A 3×3 convolution after a
nearest resize reads most values more than once; with its weights summed accordingly, a 2×2 convolution computes all
four phases with 4/9 of the multiplications. Blocks also help the last convolution: with 3 outputs it would waste most
of a processor's vector lanes; on blocks it has 12.

Both functions return the weights of a convolution *without* padding, whose output is smaller than its input.
"""

from typing import Final

import torch
from torch import Tensor

PHASES: Final = 4
# For the first and the second row of a block: which of two pixels before the resize each of the three taps reads.
_TAPS: Final = (((1.0, 1.0, 0.0), (0.0, 0.0, 1.0)), ((1.0, 0.0, 0.0), (0.0, 1.0, 1.0)))

LOST_BY_RESIZED: Final = 1  # pixels of the larger map on every side that resized_weights() doesn't compute


def resized_weights(weight: Tensor) -> Tensor:
    """Converts weights for the map after a 2 × nearest resize to weights for the map before it.

    (d, c, 3, 3) → (4d, c, 2, 2). The new convolution maps (c, h, w) to blocks (4d, h - 1, w - 1): the larger map
    without LOST_BY_RESIZED pixels on every side.
    """
    taps = weight.new_tensor(_TAPS)
    phases = torch.einsum("dcyx,aiy,bjx->abdcij", weight, taps, taps)
    return phases.reshape(-1, weight.shape[1], 2, 2)


def block_weights(weight: Tensor) -> Tensor:
    """Converts weights for maps, (d, c, k, k) with an odd k, to weights for blocks, (4d, 4c, (k + 1) / 2, (k + 1) / 2).

    Without padding, the output lacks (k - 1) / 2 pixels of the map on every side.
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
    """Converts blocks, (1, 4c, h, w), to the map that they hold, (1, c, 2h, 2w). Both are channels-last."""
    h, w = blocks.shape[2], blocks.shape[3]
    c = blocks.shape[1] // 4
    rows = blocks.permute(0, 2, 3, 1).reshape(1, h, w, 2, 2 * c).permute(0, 1, 3, 2, 4)
    return rows.reshape(1, 2 * h, 2 * w, c).permute(0, 3, 1, 2)
