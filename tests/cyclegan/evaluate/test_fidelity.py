import pytest
import torch

from cyclegan.evaluate.fidelity import compare, psnr, to_bytes


def test_psnr() -> None:
    black, grey = torch.zeros(1, 3, 4, 4), torch.full((1, 3, 4, 4), 25.5)
    assert psnr(grey, black) == pytest.approx(20)
    assert psnr(black, black) == float("inf")


def test_bytes_are_rounded_and_clipped() -> None:
    assert to_bytes(torch.tensor([-2.0, -1.0, 0.001, 1.0, 2.0])).tolist() == [0, 0, 128, 255, 255]


def test_equal_paintings_differ_in_nothing() -> None:
    photos = [torch.rand(1, 3, 32, 24) * 2 - 1 for _ in range(2)]
    difference = compare(lambda photo: photo, photos, photos)
    assert (difference.psnr_worst, difference.ssim_worst) == (float("inf"), 1)


def test_the_worst_photo_and_the_one_in_the_middle() -> None:
    photos = [torch.rand(1, 3, 32, 24) * 1.6 - 0.8 for _ in range(3)]
    paintings = [photo + shift for photo, shift in zip(photos, (0.02, 0.04, 0.2), strict=True)]
    difference = compare(lambda photo: photo, paintings, photos)
    assert difference.psnr_worst == pytest.approx(20, abs=0.2)
    assert difference.psnr_median == pytest.approx(34, abs=0.4)
    assert difference.ssim_worst < difference.ssim_median < 1
