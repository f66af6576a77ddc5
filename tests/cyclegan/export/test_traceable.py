import pytest
import torch

from cyclegan.export.onnx import TraceableGenerator, extended_indices
from cyclegan.networks import Generator, GeneratorConfig, extend


@pytest.mark.parametrize("side", range(1, 50))
def test_the_indices_extend_a_side_as_the_generator_does(side: int) -> None:
    picture = torch.arange(float(side)).view(1, 1, 1, side).expand(1, 1, side, side)
    expected, top, left = extend(picture, Generator.stride, Generator.min_side, Generator.margin)
    indices, before = extended_indices(side, Generator.stride, Generator.min_side, Generator.margin)
    assert before == left == top
    assert indices.tolist() == expected[0, 0, 0].tolist()


@pytest.mark.parametrize("residual_output", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (17, 3), (30, 41), (64, 64)])
def test_paints_the_very_same_as_the_generator(residual_output: bool, size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(4, 1, residual_output)).eval()
    torch.nn.init.normal_(generator.layers[-2].weight)  # or a residual generator is the identity
    photo = torch.rand(2, 3, *size) * 2 - 1
    with torch.inference_mode():
        assert torch.equal(TraceableGenerator(generator)(photo), generator(photo))
