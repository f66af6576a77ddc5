"""Scores photos, their paintings, and Monets not seen in training with the painting discriminator."""

from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean

import torch
from safetensors.torch import load_file
from torch import Tensor

from cyclegan.networks import Generator, PatchDiscriminator
from cyclegan.reading.read import load_picture
from cyclegan.tensors import to_tensor
from webapp.pages.architecture.story import Scored


def scored(generator: Generator, weights: Path, photos: list[Path], paintings: list[Path]) -> Scored:
    """Returns the mean scores. `weights` are the discriminator's; `photos` and `paintings` are the test set's."""
    discriminator = PatchDiscriminator().eval()
    discriminator.load_state_dict(load_file(weights))  # into float32

    def mean_score(pictures: Iterable[Path], make: Callable[[Tensor], Tensor]) -> float:
        with torch.inference_mode():
            scores = [
                float(discriminator(make(to_tensor(load_picture(path)).unsqueeze(0))).mean()) for path in pictures
            ]
        return round(fmean(scores), 3)

    return Scored(
        test_photos=len(photos),
        test_paintings=len(paintings),
        photos=mean_score(photos, lambda photo: photo),
        painted=mean_score(photos, generator),
        monets=mean_score(paintings, lambda painting: painting),
    )
