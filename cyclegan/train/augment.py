"""Differentiable augmentation of what the discriminators see (Zhao et al., 2020, arXiv 2006.10738).

A thousand paintings are few: discriminators that see each of them hundreds of times know them by heart. So every
picture that a discriminator sees, real or generated, is first shifted and partly covered at random. The gradient of a
generated picture passes through.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from cyclegan.train.distributed import own_shard, world_size

SHIFT = 1 / 8  # of a side, at most, in each direction
COVER = 1 / 2  # of a side: of the rectangle that is covered with grey


class Augmentation:
    """Augments the pictures of one step after the other.

    What is random depends on the seed, the step, and the place of a picture in its batch, so a resumed run and several
    processes augment as one uninterrupted process does.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = torch.Generator()

    def begin(self, step: int) -> None:
        """Begins a step."""
        self._random.manual_seed(hash((self.seed, step)) % 2**63)

    def __call__(self, pictures: Tensor) -> Tensor:
        """Returns this process's shard of a batch, (N, C, H, W), each picture shifted and partly covered on its own."""
        drawn = own_shard(torch.rand(len(pictures) * world_size(), 4, generator=self._random)).tolist()
        return torch.cat(
            [
                cover(shift(picture, down, right), top, left)
                for picture, (down, right, top, left) in zip(pictures.split(1), drawn, strict=True)
            ]
        )


def shift(picture: Tensor, down: float, right: float) -> Tensor:
    """Shifts (1, C, H, W) by a part of SHIFT: 0 and 1 are as far as it goes, 0.5 is nothing. Grey comes in."""
    height, width = picture.shape[2:]
    most = round(SHIFT * height), round(SHIFT * width)
    top, left = (round(2 * side * (1 - share)) for side, share in zip(most, (down, right), strict=True))
    padded = F.pad(picture, (most[1], most[1], most[0], most[0]))
    return padded[:, :, top : top + height, left : left + width]


def cover(picture: Tensor, top: float, left: float) -> Tensor:
    """Covers a rectangle of (1, C, H, W) whose centre is at these shares, 0 to 1, of its height and width."""
    height, width = picture.shape[2:]
    rows, columns = round(COVER * height), round(COVER * width)
    above, before = round(top * height) - rows // 2, round(left * width) - columns // 2
    mask = torch.ones_like(picture)
    mask[:, :, max(0, above) : above + rows, max(0, before) : before + columns] = 0
    return picture * mask
