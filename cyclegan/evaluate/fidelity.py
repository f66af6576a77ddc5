"""Compares two ways to run the generator, for example int8 and float, by PSNR and SSIM of their 8-bit paintings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from pytorch_msssim import ssim
from torch import Tensor

Paint = Callable[[Tensor], Tensor]  # (1, 3, H, W) in [-1, 1] → the same


@dataclass(frozen=True)
class Difference:
    """The median and the worst PSNR and SSIM over some photos.

    PSNR is in dB and infinite for equal paintings; SSIM (Wang et al., 2004) is at most 1, for equal paintings.
    """

    psnr_median: float
    psnr_worst: float
    ssim_median: float
    ssim_worst: float


def compare(paint: Paint, paintings: Sequence[Tensor], photos: Sequence[Tensor]) -> Difference:
    """Compares what `paint` makes of each photo with `paintings`, those of the reference, in the same order.

    Photos and paintings are (1, 3, H, W) in [-1, 1]; SSIM's window needs sides of at least 11 pixels.
    Raises ValueError when there are not as many paintings as photos.
    """
    psnrs, ssims = [], []
    with torch.inference_mode():
        for photo, painting in zip(photos, paintings, strict=True):
            ours, theirs = to_bytes(paint(photo)), to_bytes(painting)
            psnrs.append(psnr(ours, theirs))
            ssims.append(float(ssim(ours, theirs, data_range=255)))
    return Difference(
        round(float(np.median(psnrs)), 2), round(min(psnrs), 2), round(float(np.median(ssims)), 4), round(min(ssims), 4)
    )


def psnr(a: Tensor, b: Tensor) -> float:
    """Returns the peak signal-to-noise ratio, in dB, of two pictures in 0…255; infinity if they are equal."""
    error = (a - b).square().mean().item()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def to_bytes(painting: Tensor) -> Tensor:
    """Maps [-1, 1] to whole numbers in 0…255, rounded and clipped as by pictures.to_bytes()."""
    return ((painting.clamp(-1, 1) + 1) * 127.5).round()
