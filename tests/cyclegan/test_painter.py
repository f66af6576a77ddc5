from itertools import islice

import numpy as np
import pytest
from PIL import Image

from cyclegan.painter import OptionError, Painter, PaintingOptions, Pixels, resize_to, to_picture, to_pixels
from pictures import landscape


class Darker:
    """An engine whose effect can be computed: it takes 0.101 off every sample, and records what it saw."""

    def __init__(self) -> None:
        self.seen: list[Pixels] = []

    def paint(self, photo: Pixels) -> Pixels:
        self.seen.append(photo)
        return (photo - np.float32(0.101)).clip(-1, 1)


@pytest.fixture
def photo() -> Image.Image:
    return landscape(90, 60)


@pytest.mark.parametrize(("size", "painted"), [(64, (64, 43)), (90, (90, 60)), (2048, (90, 60))])
def test_size_is_the_longer_side_and_never_enlarges(photo: Image.Image, size: int, painted: tuple[int, int]) -> None:
    assert Painter(Darker()).paint(photo, PaintingOptions(size=size)).size == painted


def test_a_thin_photo_keeps_at_least_one_pixel() -> None:
    assert resize_to(Image.new("RGB", (3, 2000)), 512).size == (1, 512)


def test_strength_blends_photo_and_painting(photo: Image.Image) -> None:
    none, half, full = (
        np.asarray(Painter(Darker()).paint(photo, PaintingOptions(strength=strength)), dtype=int)
        for strength in (0, 50, 100)
    )
    assert (none == np.asarray(photo)).all()
    assert (full < none).mean() > 0.9
    assert abs(half - (none + full) / 2).max() <= 1


def test_a_repeat_pass_gets_the_float_painting_of_the_one_before(photo: Image.Image) -> None:
    engine = Darker()
    Painter(engine).paint(photo, PaintingOptions(passes=3))
    assert len(engine.seen) == 3
    np.testing.assert_array_equal(engine.seen[1], (engine.seen[0] - np.float32(0.101)).clip(-1, 1))
    np.testing.assert_array_equal(engine.seen[2], (engine.seen[1] - np.float32(0.101)).clip(-1, 1))


def test_steps_count_the_passes_and_end_with_the_painting(photo: Image.Image) -> None:
    steps = list(Painter(Darker()).steps(photo, PaintingOptions(passes=3)))
    assert [(step.done, step.total) for step in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [step.painting is None for step in steps] == [True, True, True, False]


def test_dropping_the_steps_cancels_the_rest(photo: Image.Image) -> None:
    engine = Darker()
    list(islice(Painter(engine).steps(photo, PaintingOptions(passes=5)), 2))
    assert len(engine.seen) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"passes": 0}, "passes must be a whole number from 1 to 5, not 0."),
        ({"passes": 6}, "passes must be a whole number from 1 to 5, not 6."),
        ({"strength": -1}, "strength must be a whole number from 0 to 100, not -1."),
        ({"strength": 101}, "strength must be a whole number from 0 to 100, not 101."),
        ({"size": 63}, "size must be a whole number from 64 to 2048, not 63."),
        ({"size": 2049}, "size must be a whole number from 64 to 2048, not 2049."),
    ],
)
def test_options_out_of_bounds_say_the_bounds(options: dict[str, int], sentence: str) -> None:
    with pytest.raises(OptionError) as raised:
        PaintingOptions(**options)
    assert str(raised.value) == sentence


def test_pixels_go_there_and_back_unchanged() -> None:
    every_level = Image.fromarray(np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3))
    assert to_picture(to_pixels(every_level)).tobytes() == every_level.tobytes()
