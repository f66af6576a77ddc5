"""How near one way to run the generator comes to another: PSNR and SSIM of their 8-bit paintings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from pytorch_msssim import ssim
from torch import Tensor

Paint = Callable[[Tensor], Tensor]  # (1, 3, H, W) in [-1, 1] → the same


@dataclass(frozen=True)
class Difference:
    """Over some photos. PSNR in dB, infinite for equal paintings; SSIM (Wang et al., 2004) at most 1, for those."""

    psnr_median: float
    psnr_worst: float
    ssim_median: float
    ssim_worst: float


def compare(paint: Paint, paintings: Sequence[Tensor], photos: Sequence[Tensor]) -> Difference:
    """What `paint` makes of each photo, (1, 3, H, W) in [-1, 1], sides of 11 pixels or more, against `paintings`."""
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
    """Peak signal-to-noise ratio in dB of two pictures in 0…255; infinite where they are equal."""
    error = (a - b).square().mean().item()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def to_bytes(painting: Tensor) -> Tensor:
    """[-1, 1] → 0…255, as the painter rounds."""
    return ((painting.clamp(-1, 1) + 1) * 127.5).round()
