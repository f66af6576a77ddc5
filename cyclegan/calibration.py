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


@dataclass(frozen=True)
class Range:
    """uint8 q stands for (q - zero_point) · scale."""

    scale: float
    zero_point: int


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of each output channel of a convolution, (c,) each."""

    mean: Tensor
    deviation: Tensor

    def standardize(self, maps: Tensor) -> Tensor:
        """(N, c, H, W) → the same with each channel near mean 0 and deviation 1."""
        return (maps - self.mean[:, None, None]) / self.deviation[:, None, None]


@dataclass(frozen=True)
class Calibration:
    """`moments` of every convolution that a norm follows; `ranges` of those, standardized, and of all else in uint8:
    the last convolution, ReLU, the norms without one, and the residual sums.
    """

    moments: Mapping[nn.Module, Moments]
    ranges: Mapping[nn.Module, Range]


def calibrate(
    generator: Generator,
    photos: Sequence[Tensor],
    observer: Observer = AVERAGED_EXTREMES,
) -> Calibration:
    """Paints `photos`, (1, 3, H, W) in [-1, 1] each, twice: for the moments, then for the ranges."""
    convolutions = [module for module in generator.modules() if isinstance(module, nn.Conv2d)]
    sums: dict[nn.Module, _Sums] = {convolution: _Sums() for convolution in convolutions[:-1]}
    with torch.no_grad():
        with _hooks(sums):
            for photo in photos:
                generator(photo)
        moments = {convolution: total.moments() for convolution, total in sums.items()}

        kinds = (nn.Conv2d, nn.ReLU, nn.InstanceNorm2d, ResidualBlock)
        observers: dict[nn.Module, UniformQuantizationObserverBase] = {
            module: observer() for module in generator.modules() if isinstance(module, kinds)
        }
        with _hooks({module: _standardized(seen, moments.get(module)) for module, seen in observers.items()}):
            for photo in photos:
                generator(photo)
        ranges = {}
        for module, seen in observers.items():
            scale, zero_point = seen.calculate_qparams()
            ranges[module] = Range(float(scale), int(zero_point))
    return Calibration(moments, ranges)


class _Sums:
    def __init__(self) -> None:
        self.places = 0
        self.total: Tensor | float = 0.0
        self.squares: Tensor | float = 0.0

    def __call__(self, maps: Tensor) -> None:
        self.places += maps.shape[2] * maps.shape[3]
        self.total = self.total + maps.double().sum((0, 2, 3))
        self.squares = self.squares + maps.double().square().sum((0, 2, 3))

    def moments(self) -> Moments:
        mean = torch.as_tensor(self.total / self.places)
        # A channel that never changes has a deviation of 0, and nothing to divide by.
        variance = (torch.as_tensor(self.squares / self.places) - mean.square()).clamp(min=1e-12)
        return Moments(mean.float(), variance.sqrt().float())


def _standardized(observer: Callable[[Tensor], Any], moments: Moments | None) -> Callable[[Tensor], Any]:
    return observer if moments is None else lambda maps: observer(moments.standardize(maps))


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
