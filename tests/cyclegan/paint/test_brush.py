import numpy as np
import pytest
from PIL import Image, ImageFilter

from cyclegan.paint.brush import broaden
from cyclegan.pictures import BAND
from pictures import landscape


def difference(one: Image.Image, other: Image.Image) -> float:
    """Returns the mean absolute difference of two pictures' samples, 0…255."""
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def test_the_same_strokes_at_both_sizes_change_nothing() -> None:
    painting = landscape(600, 400)
    broadened = painting.copy()
    broaden(broadened, painting.resize((150, 100), Image.Resampling.LANCZOS))
    assert difference(broadened, painting) < 0.1


def test_broad_strokes_come_from_the_smaller_painting_and_detail_from_the_larger() -> None:
    fine, other = landscape(600, 400, seed=1), landscape(600, 400, seed=2)
    smaller = other.resize((75, 50), Image.Resampling.LANCZOS)
    broadened = fine.copy()
    broaden(broadened, smaller)
    assert difference(broadened.resize(smaller.size, Image.Resampling.LANCZOS), smaller) < 3
    blur = ImageFilter.GaussianBlur(2)
    details = [np.asarray(p, dtype=float) - np.asarray(p.filter(blur), dtype=float) for p in (broadened, fine, other)]
    assert np.corrcoef(details[0].ravel(), details[1].ravel())[0, 1] > 0.8
    assert np.corrcoef(details[0].ravel(), details[2].ravel())[0, 1] < 0.3


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (40, BAND // 40 + 1)])
def test_bands_leave_no_seam_at_any_size(size: tuple[int, int]) -> None:
    painting = Image.new("RGB", size, (100, 100, 100))
    smaller = Image.new("RGB", (max(1, size[0] // 8), max(1, size[1] // 8)), (120, 90, 100))
    broaden(painting, smaller)
    assert painting.getextrema() == ((120, 120), (90, 90), (100, 100))
