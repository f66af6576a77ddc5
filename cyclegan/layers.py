"""What a generator is made of, read from the live network."""

from collections.abc import Iterator
from typing import Final, cast

import torch
from torch import Tensor, nn

from cyclegan.card import Layer
from cyclegan.networks import Generator, GeneratorConfig, ResidualBlock

NAMES: Final[dict[type[nn.Module], str]] = {
    nn.Conv2d: "Convolution",
    ResidualBlock: "Residual block",
    nn.Upsample: "Nearest resize",
}
FOLLOWERS: Final[dict[type[nn.Module], str]] = {
    nn.InstanceNorm2d: "instance norm",
    nn.ReLU: "ReLU",
    nn.Tanh: "tanh",
}


def describe(config: GeneratorConfig, side: int) -> list[Layer]:
    """The layers of a generator in order, with what each makes of a picture of `side` × `side` pixels."""
    layers: list[Layer] = []
    for module, shape in _trace(config, side):
        if isinstance(module, nn.ReflectionPad2d):
            continue
        if type(module) in FOLLOWERS:
            layers[-1]["followers"].append(FOLLOWERS[type(module)])
        else:
            parameters = sum(parameter.numel() for parameter in module.parameters())
            name, kernel = NAMES[type(module)], _kernel(module)
            layers.append(Layer(name=name, kernel=kernel, shape=shape, parameters=parameters, followers=[]))
    return layers


def _trace(config: GeneratorConfig, side: int) -> Iterator[tuple[nn.Module, list[int]]]:
    """Each module with the shape of its output. On the meta device tensors have a shape and no content."""
    with torch.device("meta"):
        network = cast(nn.Sequential, Generator(config).layers)
        picture: Tensor = torch.empty(1, 3, side, side)
    for module in network:
        picture = module(picture)
        yield module, list(picture.shape[1:])


def _kernel(module: nn.Module) -> str:
    if isinstance(module, nn.Upsample):
        return f"× {module.scale_factor:g}"
    convolutions = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    first = convolutions[0]
    times = f"{len(convolutions)} × " if len(convolutions) > 1 else ""
    return f"{times}{first.kernel_size[0]}×{first.kernel_size[1]} / {first.stride[0]}"
