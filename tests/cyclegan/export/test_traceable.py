from typing import Literal

import pytest
import torch

from cyclegan.export.onnx import TraceableGenerator, extended_indices
from cyclegan.networks import Generator, GeneratorConfig, extend


@pytest.mark.parametrize("stride", [4, 8])
@pytest.mark.parametrize("side", range(1, 50))
def test_the_indices_extend_a_side_as_the_generator_does(side: int, stride: int) -> None:
    picture = torch.arange(float(side)).view(1, 1, 1, side).expand(1, 1, side, side)
    expected, top, left = extend(picture, stride, Generator.min_side, Generator.margin)
    indices, before = extended_indices(side, stride, Generator.min_side, Generator.margin)
    assert before == left == top
    assert indices.tolist() == expected[0, 0, 0].tolist()


@pytest.mark.parametrize("low_pass", [0, 1, 4, 8])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (17, 3), (30, 41), (64, 64)])
def test_it_paints_exactly_as_the_generator(low_pass: Literal[0, 1, 4, 8], size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(4, 1, low_pass)).eval()
    torch.nn.init.normal_(generator.layers[-2].weight)  # otherwise an untrained residual generator is the identity
    photo = torch.rand(2, 3, *size) * 2 - 1
    with torch.inference_mode():
        assert torch.equal(TraceableGenerator(generator)(photo), generator(photo))
