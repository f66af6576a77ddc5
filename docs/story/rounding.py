"""Counts the weights of the first convolution before and after they are rounded to int8."""

from pathlib import Path
from typing import cast

import torch
from torch import nn

from cyclegan.engines.torchscript import load_script
from cyclegan.export.torchscript import WEIGHT_LIMIT
from cyclegan.networks import Generator
from webapp.pages.architecture.story import FloatHistogram, IntegerHistogram, Rounding

BIN = 0.5  # quantization steps: with bins of a whole step, both histograms would be equal
DIGITS = 4  # significant digits of scales


def rounding(generator: Generator, artifact: Path, channel: int) -> Rounding:
    """Returns both histograms and the scales. `generator` is the float network from which `artifact` was exported."""
    stem = load_script(artifact).stem
    integers, scales = stem.integers.int(), stem.scales
    _, convolution, *_ = cast(nn.Sequential, generator.layers)
    floats = cast(nn.Conv2d, convolution).weight.detach() / scales.view(-1, 1, 1, 1)
    values = torch.arange(-WEIGHT_LIMIT, WEIGHT_LIMIT + 1)
    centres = torch.arange(-WEIGHT_LIMIT, WEIGHT_LIMIT + BIN, BIN)
    edges = torch.cat([centres - BIN / 2, centres[-1:] + BIN / 2])
    return Rounding(
        layer=1,
        weights=integers.numel(),
        scale_smallest=significant(scales.min()),
        scale_largest=significant(scales.max()),
        zero_point=0,
        output_scale=significant(stem.scale),
        output_zero_point=stem.zero_point,
        channel=channel,
        channel_scale=significant(scales[channel]),
        float=FloatHistogram(centres=centres.tolist(), counts=torch.histogram(floats, edges).hist.int().tolist()),
        int8=IntegerHistogram(integers=values.tolist(), counts=[int((integers == v).sum()) for v in values]),
    )


def significant(number: float | torch.Tensor) -> float:
    """Rounds to DIGITS significant digits."""
    return float(f"{float(number):.{DIGITS}g}")
