import pytest
import torch

from cyclegan.evaluation import FeatureExtractor, kernel_inception_distance
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


def test_features_tell_pictures_apart() -> None:
    extract = FeatureExtractor()
    features = extract([landscape(60, 40, 0), landscape(60, 40, 0), landscape(50, 50, 1)])
    assert features.shape == (3, 1280)
    torch.testing.assert_close(features[0], features[1])
    assert (features[0] - features[2]).abs().max() > 0.1
