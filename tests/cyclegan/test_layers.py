from pathlib import Path

import pytest

from cyclegan.card import load_card
from cyclegan.layers import describe
from cyclegan.networks import Generator, GeneratorConfig

CONFIGS = [GeneratorConfig(), GeneratorConfig(base_channels=8, residual_blocks=2, residual_output=True)]


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
    resizes = [layer for layer in describe(GeneratorConfig(), 256) if layer["name"] == "Nearest resize"]
    assert [(layer["kernel"], layer["shape"]) for layer in resizes] == [
        ("× 2", [256, 128, 128]),
        ("× 2", [128, 256, 256]),
    ]


def test_the_shipped_card_has_the_layers_of_the_live_network() -> None:
    card = load_card(Path("weights/monet.json"))
    assert card["layers"] == describe(GeneratorConfig(**card["generator"]), card["layers_side"])
