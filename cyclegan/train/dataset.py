"""Reads two folders of unpaired pictures as one stream of random crops."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from cyclegan.reading.read import load_picture
from cyclegan.torchvision_cpu import InterpolationMode, transforms


class UnpairedPictures(Dataset[tuple[Tensor, Tensor]]):
    """Sample n is a (painting, photo) pair of crops, each (3, crop, crop) in [-1, 1].

    The shorter side is first resized to `load_size`, then a square is cropped and mirrored at random (Zhu et al., 2017,
    section 7.1). With `views`, the shorter side is resized to a random length instead, log-uniform between `crop`,
    where the crop shows the whole picture, and `load_size`, where it shows a detail. Everything random in sample n is
    drawn from (seed, n) alone, so a resumed run sees exactly the crops that an uninterrupted one would have seen, and
    several processes see those that a single one would have.
    """

    def __init__(
        self,
        paintings: Sequence[Path],
        photos: Sequence[Path],
        samples: int,
        crop: int,
        load_size: int,
        seed: int,
        views: bool = False,
    ) -> None:
        self.domains = (list(paintings), list(photos))
        self.samples = samples
        self.crop = crop
        self.load_size = load_size
        self.seed = seed
        self.views = views

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, n: int) -> tuple[Tensor, Tensor]:
        return self._draw(0, n), self._draw(1, n)

    def _draw(self, domain: int, n: int) -> Tensor:
        pictures = self.domains[domain]
        epoch, position = divmod(n, len(pictures))
        picture = pictures[_shuffled(len(pictures), self.seed, domain, epoch)[position]]
        crop = self._crop(load_picture(picture), np.random.default_rng((self.seed, domain, n)))
        return crop.float() / 127.5 - 1

    def _crop(self, picture: Image.Image, random: np.random.Generator) -> Tensor:
        """Returns (3, crop, crop) in 0…255, uint8."""
        image = transforms.pil_to_tensor(picture)
        size = round(self.crop * (self.load_size / self.crop) ** random.random()) if self.views else self.load_size
        image = transforms.resize(image, [size], InterpolationMode.BICUBIC, antialias=True)
        height, width = image.shape[1:]
        # Drawn here, because torchvision's random transforms draw from the process's generator.
        left = int(random.integers(width - self.crop + 1))
        top = int(random.integers(height - self.crop + 1))
        crop: Tensor = transforms.crop(image, top, left, self.crop, self.crop)
        return transforms.horizontal_flip(crop) if random.random() < 0.5 else crop


@lru_cache(maxsize=4)
def _shuffled(count: int, seed: int, domain: int, epoch: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, domain, epoch, count)).permutation(count)
