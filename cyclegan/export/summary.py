"""What a generator is made of, read from the live network."""

from collections.abc import Iterator
from typing import Final, cast

import torch
from torch import Tensor, nn

from cyclegan.card import RESIZE, Layer
from cyclegan.networks import Generator, GeneratorConfig, ResidualBlock

NAMES: Final[dict[type[nn.Module], str]] = {
    nn.Conv2d: "Convolution",
    ResidualBlock: "Residual block",
    nn.Upsample: RESIZE,
}
FOLLOWERS: Final[dict[type[nn.Module], str]] = {
    nn.InstanceNorm2d: "instance norm",
    nn.ReLU: "ReLU",
    nn.Tanh: "tanh",
}


def describe(config: GeneratorConfig, side: int) -> list[Layer]:
    """The layers of a generator in order, with what each makes of a picture of `side` × `side` pixels.

    `multiply_adds` are those of the network as it is trained, without the margin; the int8 network needs fewer, see
    subpixel. `receptive_field` is that of the place that sees most: after two resizes neighbours see unequally far.
    """
    layers: list[Layer] = []
    sight = _Sight(config.reach)
    for module, shape in _trace(config, side):
        if isinstance(module, nn.ReflectionPad2d):
            continue
        if type(module) in FOLLOWERS:
            layers[-1]["followers"].append(FOLLOWERS[type(module)])
            continue
        sight.through(module)
        _, height, width = shape
        layer = Layer(
            name=NAMES[type(module)],
            kernel=_kernel(module),
            shape=shape,
            parameters=sum(parameter.numel() for parameter in module.parameters()),
            multiply_adds=sum(one.weight.numel() for one in _convolutions(module)) * height * width,
            receptive_field=sight.side,
            followers=[],
        )
        layers.append(layer)
    return layers


def _trace(config: GeneratorConfig, side: int) -> Iterator[tuple[nn.Module, list[int]]]:
    """Each module with the shape of its output. On the meta device tensors have a shape and no content."""
    with torch.device("meta"):
        network = cast(nn.Sequential, Generator(config).layers)
        picture: Tensor = torch.empty(1, 3, side, side)
    for module in network:
        picture = module(picture)
        yield module, list(picture.shape[1:])


class _Sight:
    """Which pixels of a photo each place of the maps depends on, but for the norms, which see them all.

    Along one line, for rows and columns are alike: the first and the last pixel of each place. The usual sum of kernels
    and strides is the mean over the places, and they differ where resized maps are resized again.
    """

    def __init__(self, reach: int) -> None:
        # Every convolution takes some places off the ends of the line; so many leave enough at the last one.
        self._first = self._last = torch.arange(8 * reach)

    def through(self, module: nn.Module) -> None:
        if isinstance(module, nn.Upsample):
            times = int(cast(float, module.scale_factor))
            self._first, self._last = self._first.repeat_interleave(times), self._last.repeat_interleave(times)
        for convolution in _convolutions(module):
            kernel, stride = convolution.kernel_size[0], convolution.stride[0]
            self._first = self._first[: len(self._first) - kernel + 1 : stride]
            self._last = self._last[kernel - 1 :: stride]

    @property
    def side(self) -> int:
        return int((self._last - self._first).max()) + 1


def _convolutions(module: nn.Module) -> list[nn.Conv2d]:
    return [part for part in module.modules() if isinstance(part, nn.Conv2d)]


def _kernel(module: nn.Module) -> str:
    if isinstance(module, nn.Upsample):
        return f"× {module.scale_factor:g}"
    first, *more = _convolutions(module)
    times = f"{1 + len(more)} × " if more else ""
    return f"{times}{first.kernel_size[0]}×{first.kernel_size[1]} / {first.stride[0]}"
