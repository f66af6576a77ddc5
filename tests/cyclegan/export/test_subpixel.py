import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from cyclegan.export.subpixel import LOST_BY_RESIZED, PHASES, block_weights, interleave, resized_weights


def to_blocks(maps: Tensor) -> Tensor:
    """The inverse of interleave()."""
    phases = [maps[:, :, row::2, column::2] for row in range(2) for column in range(2)]
    return torch.cat(phases, dim=1)


def test_interleaved_blocks_are_the_map() -> None:
    maps = torch.randn(1, 5, 6, 8)
    torch.testing.assert_close(interleave(to_blocks(maps)), maps, atol=0, rtol=0)


def test_a_convolution_after_a_resize_is_one_before_it() -> None:
    maps, weight = torch.randn(1, 5, 7, 9), torch.randn(4, 5, 3, 3)
    weights = resized_weights(weight)
    assert weights.shape == (PHASES * 4, 5, 2, 2)
    expected = F.conv2d(F.interpolate(maps, scale_factor=2.0, mode="nearest"), weight, padding=1)
    inside = slice(LOST_BY_RESIZED, -LOST_BY_RESIZED)
    torch.testing.assert_close(interleave(F.conv2d(maps, weights)), expected[:, :, inside, inside])


@pytest.mark.parametrize("kernel", [3, 7])
def test_a_convolution_of_blocks_is_one_of_the_map(kernel: int) -> None:
    maps, weight = torch.randn(1, 5, 12, 16).double(), torch.randn(3, 5, kernel, kernel).double()
    weights = block_weights(weight)
    assert weights.shape == (PHASES * 3, PHASES * 5, (kernel + 1) // 2, (kernel + 1) // 2)
    torch.testing.assert_close(interleave(F.conv2d(to_blocks(maps), weights)), F.conv2d(maps, weight))
