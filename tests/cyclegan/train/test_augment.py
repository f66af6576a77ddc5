import pytest
import torch

from cyclegan.train.augment import Augmentation, cover, shift

PICTURE = torch.arange(64.0).view(1, 1, 8, 8) + 1


@pytest.mark.parametrize(("share", "rows"), [(0.0, -1), (0.5, 0), (1.0, 1)])
def test_a_shift_moves_the_picture_and_lets_grey_in(share: float, rows: int) -> None:
    moved = shift(PICTURE, share, 0.5)
    expected = torch.roll(PICTURE, rows, 2)
    if rows:
        expected[:, :, 0 if rows > 0 else -1] = 0
    assert torch.equal(moved, expected)


def test_a_cover_hides_a_quarter_or_less() -> None:
    centre, corner = cover(PICTURE, 0.5, 0.5), cover(PICTURE, 0.0, 0.0)
    assert (centre == 0).sum() == 16
    assert (centre[:, :, 2:6, 2:6] == 0).all()
    assert (corner == 0).sum() == 4
    assert (corner[:, :, :2, :2] == 0).all()


def test_a_step_augments_its_pictures_as_it_did_before() -> None:
    pictures = torch.rand(2, 3, 32, 32)
    one, other = Augmentation(seed=0), Augmentation(seed=0)
    one.begin(4)
    one(pictures)
    for augmentation in (one, other):
        augmentation.begin(5)
    expected = one(pictures)
    assert torch.equal(other(pictures), expected)
    assert not torch.equal(other(pictures), expected)  # the next pictures of the step
    other.begin(6)
    assert not torch.equal(other(pictures), expected)
    other = Augmentation(seed=1)
    other.begin(5)
    assert not torch.equal(other(pictures), expected)


def test_the_gradient_passes_through() -> None:
    augmentation = Augmentation(seed=0)
    augmentation.begin(0)
    pictures = torch.rand(2, 3, 32, 32, requires_grad=True)
    augmentation(pictures).sum().backward()
    assert pictures.grad is not None
    assert set(pictures.grad.unique().tolist()) == {0.0, 1.0}
