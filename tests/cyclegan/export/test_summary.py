from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cyclegan.card import RESIZE, load_card
from cyclegan.export.summary import FOLLOWERS, describe
from cyclegan.networks import Generator, GeneratorConfig

CONFIGS = [GeneratorConfig(), GeneratorConfig(base_channels=8, residual_blocks=2, low_pass=1)]
THIN = GeneratorConfig(base_channels=1, residual_blocks=5)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_parameters_are_those_of_the_live_network(config: GeneratorConfig) -> None:
    live = sum(parameter.numel() for parameter in Generator(config).parameters())
    assert sum(layer["parameters"] for layer in describe(config, 256)) == live


@pytest.mark.parametrize("config", CONFIGS)
def test_the_blocks_are_those_of_the_config(config: GeneratorConfig) -> None:
    blocks = [layer for layer in describe(config, 64) if layer["name"] == "Residual block"]
    assert len(blocks) == config.residual_blocks
    assert {tuple(layer["shape"]) for layer in blocks} == {(4 * config.base_channels, 16, 16)}


def test_the_first_and_the_last_layer() -> None:
    first, *_, last = describe(GeneratorConfig(), 256)
    assert (first["name"], first["kernel"], first["shape"]) == ("Convolution", "7×7 / 1", [64, 256, 256])
    assert first["followers"] == ["instance norm", "ReLU"]
    assert first["parameters"] == 3 * 64 * 7 * 7
    assert (last["name"], last["shape"], last["followers"]) == ("Convolution", [3, 256, 256], ["tanh"])


def test_a_resize_doubles_the_sides() -> None:
    resizes = [layer for layer in describe(GeneratorConfig(), 256) if layer["name"] == RESIZE]
    assert [(layer["kernel"], layer["shape"], layer["multiply_adds"]) for layer in resizes] == [
        ("× 2", [256, 128, 128], 0),
        ("× 2", [128, 256, 256], 0),
    ]


@pytest.mark.parametrize("config", CONFIGS)
def test_multiply_adds_and_shapes_are_those_of_a_painted_photo(config: GeneratorConfig) -> None:
    generator = Generator(config).train()  # without the margin
    counts: list[int] = []
    shapes: list[list[int]] = []

    def count(convolution: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        assert isinstance(convolution, nn.Conv2d)
        each = convolution.in_channels * convolution.kernel_size[0] * convolution.kernel_size[1]
        counts.append(each * output.numel())

    def remember(layer: nn.Module, inputs: Any, output: Tensor) -> None:
        shapes.append(list(output.shape[1:]))

    for module in generator.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(count)
    for layer in layers_of(generator):
        layer.register_forward_hook(remember)
    with torch.inference_mode():
        generator(torch.zeros(1, 3, 64, 64))
    layers = describe(config, 64)
    assert sum(layer["multiply_adds"] for layer in layers) == sum(counts)
    assert [layer["shape"] for layer in layers] == shapes


@pytest.mark.parametrize("number", range(len(describe(THIN, 256))))
def test_a_position_of_a_layer_depends_on_a_square_of_its_receptive_field(number: int) -> None:
    network = all_seeing(Generator(THIN))
    photo = torch.ones(1, 3, 256, 256, requires_grad=True)
    maps = photo
    layer = layers_of(network)[number]
    for module in network.layers.children():
        maps = module(maps)
        if module is layer:
            break
    middle = maps.shape[-1] // 2
    # After the resizes, neighbouring positions have different receptive fields, with a period of four.
    sides = [seen(photo, maps[0, 0, place, place]) for place in range(middle, middle + 4)]
    assert max(sides) == describe(THIN, 256)[number]["receptive_field"]


def seen(photo: Tensor, value: Tensor) -> int:
    """Returns the side of the square of `photo` that one value depends on."""
    (gradient,) = torch.autograd.grad(value, photo, retain_graph=True)
    rows, columns = (gradient[0, 0].abs().sum(axis).nonzero().ravel() for axis in (1, 0))
    assert len(rows) == len(columns) == rows[-1] - rows[0] + 1
    return len(rows)


def all_seeing(generator: Generator) -> Generator:
    """Removes what can hide a pixel (weights that cancel each other, ReLU, tanh), and the norms, which see all."""
    for parameter in generator.parameters():
        nn.init.constant_(parameter, 0.1)
    for parent in list(generator.modules()):
        for name, child in parent.named_children():
            if type(child) in FOLLOWERS:
                setattr(parent, name, nn.Identity())
    return generator


def layers_of(generator: Generator) -> list[nn.Module]:
    """The modules that describe() lists."""
    without = (nn.ReflectionPad2d, nn.Identity, *FOLLOWERS)
    return [module for module in generator.layers.children() if not isinstance(module, without)]


def test_the_shipped_card_has_the_layers_of_the_live_network() -> None:
    card = load_card(Path("weights/monet.json"))
    assert card["layers"] == describe(GeneratorConfig(**card["generator"]), card["layers_side"])
