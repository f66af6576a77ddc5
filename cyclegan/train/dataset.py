"""Two folders of pictures that belong to no pairs, read as one stream of random crops."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from cyclegan.pictures import load_picture
from cyclegan.tensors import to_tensor


class UnpairedPictures(Dataset[tuple[Tensor, Tensor]]):
    """Sample n is a (painting, photo) pair of crops, each (3, crop, crop) in [-1, 1].

    The shorter side is first resized to `load_size`, then a square is cut and mirrored by chance
    (Zhu et al., 2017, section 7.1). Everything random in sample n is drawn from (seed, n) alone: a
    resumed run sees the very pictures that an uninterrupted one would have seen, and so do two processes
    that share the samples between them.
    """

    def __init__(
        self,
        paintings: Sequence[Path],
        photos: Sequence[Path],
        samples: int,
        crop: int,
        load_size: int,
        seed: int,
    ) -> None:
        self.domains = (list(paintings), list(photos))
        self.samples = samples
        self.crop = crop
        self.load_size = load_size
        self.seed = seed

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, n: int) -> tuple[Tensor, Tensor]:
        return self._draw(0, n), self._draw(1, n)

    def _draw(self, domain: int, n: int) -> Tensor:
        pictures = self.domains[domain]
        epoch, position = divmod(n, len(pictures))
        picture = pictures[_shuffled(len(pictures), self.seed, domain, epoch)[position]]
        random = np.random.default_rng((self.seed, domain, n))
        return to_tensor(self._crop(load_picture(picture), random))

    def _crop(self, picture: Image.Image, random: np.random.Generator) -> Image.Image:
        scale = self.load_size / min(picture.size)
        width, height = (max(self.load_size, round(side * scale)) for side in picture.size)
        left = int(random.integers(width - self.crop + 1))
        top = int(random.integers(height - self.crop + 1))
        # Resizing only what the crop needs: the box is in the picture's own pixels.
        box = tuple(edge / scale for edge in (left, top, left + self.crop, top + self.crop))
        box = (box[0], box[1], min(box[2], picture.width), min(box[3], picture.height))
        cut = picture.resize((self.crop, self.crop), Image.Resampling.BICUBIC, box=box)
        return cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else cut


@lru_cache(maxsize=4)
def _shuffled(count: int, seed: int, domain: int, epoch: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, domain, epoch, count)).permutation(count)
