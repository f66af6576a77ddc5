"""Calibrates int8: observes the ranges of a float generator's maps on real photos."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.ao.quantization.observer import MovingAverageMinMaxObserver, UniformQuantizationObserverBase
from torch.utils.hooks import RemovableHandle

from cyclegan.networks import Generator, ResidualBlock

Observer = Callable[[], UniformQuantizationObserverBase]

# Averages the extremes over the photos. The extremes of all photos would let one lamp at night stretch every range.
AVERAGED_EXTREMES: Observer = partial(MovingAverageMinMaxObserver, averaging_constant=0.05)
# A range's width relative to the averaged extremes: a moon in a dark sky reaches far beyond them.
HEADROOM = 1.07
# The same for a channel, of which only mean and variance are needed: rounding errors average out, clipping doesn't.
CHANNEL_HEADROOM = 3.0


@dataclass(frozen=True)
class Range:
    """The quantization of a map: the uint8 value q stands for (q - zero_point) · scale."""

    scale: float
    zero_point: int


@dataclass(frozen=True)
class ChannelRange:
    """The range of each output channel of a convolution: `middle` ± `half`, both (c,)."""

    middle: Tensor
    half: Tensor


@dataclass(frozen=True)
class Calibration:
    """The observed ranges, by module.

    `channels` has every convolution that a norm follows. `ranges` has the last convolution, the ReLUs, the norms and
    the residual blocks.
    """

    channels: Mapping[nn.Module, ChannelRange]
    ranges: Mapping[nn.Module, Range]


def calibrate(
    generator: Generator,
    photos: Sequence[Tensor],
    observer: Observer = AVERAGED_EXTREMES,
) -> Calibration:
    """Paints `photos`, each (1, 3, H, W) in [-1, 1], and returns the ranges that the observers saw.

    `observer` makes an observer for each module in `ranges`; those of channels always average their extremes.
    """
    *normalized, last = (module for module in generator.modules() if isinstance(module, nn.Conv2d))
    channels: dict[nn.Module, _ChannelExtremes] = {convolution: _ChannelExtremes() for convolution in normalized}
    kinds = (nn.ReLU, nn.InstanceNorm2d, ResidualBlock)
    others: list[nn.Module] = [last, *(module for module in generator.modules() if isinstance(module, kinds))]
    observers = {module: observer() for module in others}
    with torch.no_grad(), _hooks(channels), _hooks(observers):
        for photo in photos:
            generator(photo)
    ranges: dict[nn.Module, Range] = {}
    for module, seen in observers.items():
        scale, zero_point = seen.calculate_qparams()
        ranges[module] = Range(HEADROOM * float(scale), int(zero_point))
    return Calibration({convolution: seen.range() for convolution, seen in channels.items()}, ranges)


class _ChannelExtremes:
    def __init__(self) -> None:
        self._means: list[Tensor] = []  # (c,) of each photo
        self._lows: list[Tensor] = []
        self._highs: list[Tensor] = []

    def __call__(self, maps: Tensor) -> None:
        self._means.append(maps.mean((0, 2, 3)))
        self._lows.append(maps.amin((0, 2, 3)))
        self._highs.append(maps.amax((0, 2, 3)))

    def range(self) -> ChannelRange:
        mean, low, high = (torch.stack(values).mean(0) for values in (self._means, self._lows, self._highs))
        low, high = mean + CHANNEL_HEADROOM * (low - mean), mean + CHANNEL_HEADROOM * (high - mean)
        # A constant channel has a range of 0, by which nothing could be divided.
        return ChannelRange((high + low) / 2, ((high - low) / 2).clamp(min=1e-6))


@contextmanager
def _hooks(observers: Mapping[nn.Module, Callable[[Tensor], Any]]) -> Iterator[None]:
    """Passes each module's output to its observer while the context is open."""

    def attach(module: nn.Module, observer: Callable[[Tensor], Any]) -> RemovableHandle:
        def observe(module: nn.Module, inputs: Any, output: Tensor) -> None:
            observer(output)

        return module.register_forward_hook(observe)

    handles = [attach(module, observer) for module, observer in observers.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
