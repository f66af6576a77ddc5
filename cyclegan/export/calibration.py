"""What a float generator's maps look like on real photos: all that int8 needs to know beforehand."""

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

# Extremes averaged over the photos: of those of all together, one lamp at night would stretch every range.
AVERAGED_EXTREMES: Observer = partial(MovingAverageMinMaxObserver, averaging_constant=0.05)
# How much wider a range is than the averaged extremes: a moon in a dark sky reaches far beyond them.
HEADROOM = 1.07
# The same for a single channel, of which only mean and variance are wanted: rounding averages out, clipping doesn't.
CHANNEL_HEADROOM = 3.0


@dataclass(frozen=True)
class Range:
    """uint8 q stands for (q - zero_point) · scale."""

    scale: float
    zero_point: int


@dataclass(frozen=True)
class ChannelRange:
    """The values of each output channel of a convolution lie between `middle` - `half` and `middle` + `half`, (c,)."""

    middle: Tensor
    half: Tensor


@dataclass(frozen=True)
class Calibration:
    """`channels` of every convolution that a norm follows; `ranges` of all else: the last convolution, ReLU, the norms
    without one, and the residual sums.
    """

    channels: Mapping[nn.Module, ChannelRange]
    ranges: Mapping[nn.Module, Range]


def calibrate(
    generator: Generator,
    photos: Sequence[Tensor],
    observer: Observer = AVERAGED_EXTREMES,
) -> Calibration:
    """Paints `photos`, (1, 3, H, W) in [-1, 1] each, and watches."""
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
        # A channel that never changes has a range of 0, and nothing to divide by.
        return ChannelRange((high + low) / 2, ((high - low) / 2).clamp(min=1e-6))


@contextmanager
def _hooks(observers: Mapping[nn.Module, Callable[[Tensor], Any]]) -> Iterator[None]:
    """Shows each module's output to its observer."""

    def attach(module: nn.Module, observer: Callable[[Tensor], Any]) -> RemovableHandle:
        def show(module: nn.Module, inputs: Any, output: Tensor) -> None:
            observer(output)

        return module.register_forward_hook(show)

    handles = [attach(module, observer) for module, observer in observers.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
