"""Two folders of pictures that belong to no pairs, read as one stream of random crops."""

import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from cyclegan.painter import to_pixels
from cyclegan.pictures import check_picture, load_picture

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
PROGRESS_DELAY = 2.0  # seconds that a check may take before it shows its progress


class DatasetError(ValueError):
    """A folder that training can't use; the message says which and why."""


def find_pictures(folder: Path) -> list[Path]:
    """Every picture below `folder`, sorted, so that the same folder always gives the same order.

    Raises DatasetError where the folder is missing or holds no picture.
    """
    if not folder.is_dir():
        raise DatasetError(f"The folder {folder} does not exist.")
    pictures = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES and not p.is_dir())
    if not pictures:
        raise DatasetError(f"The folder {folder} holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).")
    return pictures


def readable_pictures(folder: Path, announce: bool = True) -> list[Path]:
    """The pictures of `find_pictures` that can be decoded to their end, in the same order.

    All are tried once, before the first sample: what a sample shows may not depend on which file fails when. Those left
    out are named on stderr, unless another process does so (`announce`).
    Raises DatasetError where the folder is missing, holds no picture, or none that can be read.
    """
    pictures = find_pictures(folder)
    with ThreadPool(os.cpu_count()) as pool:
        faults = list(
            tqdm(
                pool.imap(check_picture, pictures),
                desc=f"checking {folder}",
                total=len(pictures),
                unit="picture",
                delay=PROGRESS_DELAY,
                disable=not announce,
            )
        )
    readable = [picture for picture, fault in zip(pictures, faults, strict=True) if fault is None]
    if not readable:
        raise DatasetError(f"None of the {len(pictures)} pictures in {folder} can be read ({faults[0]}).")
    for picture, fault in zip(pictures, faults, strict=True):
        if announce and fault is not None:
            print(f"Skipped: the picture {picture} can't be read ({fault}).", file=sys.stderr)
    return readable


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
        if load_size < crop:
            raise DatasetError(f"A crop of {crop} pixels does not fit into pictures resized to {load_size}.")
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


def to_tensor(picture: Image.Image) -> Tensor:
    """An RGB picture as a (3, H, W) tensor in [-1, 1]."""
    return torch.from_numpy(to_pixels(picture)).permute(2, 0, 1).contiguous()


@lru_cache(maxsize=4)
def _shuffled(count: int, seed: int, domain: int, epoch: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, domain, epoch, count)).permutation(count)
