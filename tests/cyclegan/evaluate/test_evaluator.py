from pathlib import Path

import pytest
import torch

from cyclegan.evaluate.evaluator import GRID_SIDE, Evaluator
from cyclegan.evaluate.kid import kernel_inception_distance
from pictures import landscape


def test_kid_is_about_zero_for_samples_of_one_distribution_and_not_for_two() -> None:
    torch.manual_seed(0)
    a, b, other = torch.randn(200, 16), torch.randn(300, 16), torch.randn(300, 16) + 1
    assert abs(kernel_inception_distance(a, b)) < 0.05
    assert kernel_inception_distance(a, other) > 1


def test_kid_agrees_with_the_definition_written_out() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(4, 8), torch.randn(3, 8)

    def kernel(x: torch.Tensor, y: torch.Tensor) -> float:
        return float((x @ y / 8 + 1) ** 3)

    within_a = sum(kernel(x, y) for i, x in enumerate(a) for j, y in enumerate(a) if i != j) / (4 * 3)
    within_b = sum(kernel(x, y) for i, x in enumerate(b) for j, y in enumerate(b) if i != j) / (3 * 2)
    across = sum(kernel(x, y) for x in a for y in b) / (4 * 3)
    assert kernel_inception_distance(a, b) == pytest.approx(within_a + within_b - 2 * across, rel=1e-5)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(6):
        landscape(80, 64, number).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


def test_a_judge_finds_the_content_of_an_unchanged_photo_kept_and_of_noise_lost(pictures: list[Path]) -> None:
    evaluator = Evaluator(pictures[:3], pictures[3:])
    unchanged, noise = evaluator(lambda photo: photo), evaluator(torch.rand_like)
    assert unchanged == evaluator.evaluate_photos()
    assert unchanged.content == pytest.approx(1, abs=1e-4)
    assert noise.content < 0.9
    assert noise.kid > unchanged.kid


def test_a_grid_has_photos_paintings_and_cycles(pictures: list[Path]) -> None:
    grid = Evaluator(pictures[:2], pictures[3:]).grid(torch.zeros_like, torch.ones_like)
    assert grid.size == (2 * GRID_SIDE, 3 * GRID_SIDE)
    assert grid.getpixel((5, GRID_SIDE + 5)) == (128, 128, 128)
    assert grid.getpixel((5, 2 * GRID_SIDE + 5)) == (255, 255, 255)
