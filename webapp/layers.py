"""What a generator is made of, read from the live network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn

from cyclegan.networks import Generator, GeneratorConfig, ResidualBlock

NAMES: dict[type[nn.Module], str] = {
    nn.Conv2d: "Convolution",
    ResidualBlock: "Residual block",
    nn.Upsample: "Nearest resize",
}
FOLLOWERS: dict[type[nn.Module], str] = {nn.InstanceNorm2d: "instance norm", nn.ReLU: "ReLU", nn.Tanh: "tanh"}


@dataclass
class Layer:
    """A layer together with the norm and the activation that follow it."""

    name: str
    kernel: str
    shape: tuple[int, ...]  # (C, H, W)
    parameters: int
    followers: list[str] = field(default_factory=list)


def describe(config: GeneratorConfig, side: int) -> list[Layer]:
    """The layers of a generator in order, with what each makes of a picture of `side` × `side` pixels."""
    layers: list[Layer] = []
    for module, shape in _trace(config, side):
        if isinstance(module, nn.ReflectionPad2d):
            continue
        if type(module) in FOLLOWERS:
            layers[-1].followers.append(FOLLOWERS[type(module)])
        else:
            parameters = sum(parameter.numel() for parameter in module.parameters())
            layers.append(Layer(NAMES[type(module)], _kernel(module), shape, parameters))
    return layers


def _trace(config: GeneratorConfig, side: int) -> Iterator[tuple[nn.Module, tuple[int, ...]]]:
    """Each module with the shape of its output. On the meta device tensors have a shape and no content."""
    with torch.device("meta"):
        network = cast(nn.Sequential, Generator(config).layers)
        picture: Tensor = torch.empty(1, 3, side, side)
    for module in network:
        picture = module(picture)
        yield module, tuple(picture.shape[1:])


def _kernel(module: nn.Module) -> str:
    if isinstance(module, nn.Upsample):
        return f"× {module.scale_factor:g}"
    convolutions = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    first = convolutions[0]
    times = f"{len(convolutions)} × " if len(convolutions) > 1 else ""
    return f"{times}{first.kernel_size[0]}×{first.kernel_size[1]} / {first.stride[0]}"
