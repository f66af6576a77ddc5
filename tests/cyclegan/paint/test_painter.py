from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cyclegan.engines.engine import Statistics
from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import FULL, OptionError, PaintingOptions
from cyclegan.paint.painter import THUMBNAIL, Painter
from cyclegan.pictures import Pixels, low_pass, resize_to, to_picture, to_pixels
from pictures import landscape


class Darker:
    """An engine with a simple effect: it subtracts 0.101 from every sample, and records what it is given."""

    whole = 1024
    tile = 576
    stride = 4
    reach = 8
    low_pass = 1

    def __init__(self) -> None:
        self.seen: list[Pixels] = []  # tiles without their halos
        self.given: list[Pixels] = []  # tiles with their halos
        self.tiles = 0
        self.released_after: list[int] = []  # the number of tiles at each release

    def paint(self, photo: Pixels) -> Pixels:
        self.given.append(photo)
        return self._darker(photo)

    def _darker(self, photo: Pixels) -> Pixels:
        self.seen.append(photo)
        return (photo - np.float32(0.101)).clip(-1, 1)

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        return self.paint(thumbnail), [thumbnail.mean()]

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        assert len(statistics) == 1
        self.tiles += 1
        self.given.append(tile)
        return self._darker(tile[self.reach : -self.reach, self.reach : -self.reach])

    def release(self) -> None:
        self.released_after.append(self.tiles)


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


class Softer(Darker):
    """An engine that takes all detail away."""

    low_pass = 4

    def _darker(self, photo: Pixels) -> Pixels:
        return low_pass(photo, self.low_pass)

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        return self._darker(tile)[self.reach : -self.reach, self.reach : -self.reach]


@pytest.mark.parametrize("size", [(90, 61), (1301, 90)], ids=["whole", "tiles"])
def test_detail_is_given_back(size: tuple[int, int]) -> None:
    photo = landscape(*size)
    none, half, full = (
        np.asarray(Painter(Softer()).paint(photo.copy(), PaintingOptions(detail=detail, size=FULL, brush="fine")), int)
        for detail in (0, 50, 100)
    )
    original = np.asarray(photo, int)
    assert np.abs(none - original).max() > 20
    assert np.abs(half - (none + original) / 2).max() <= 1
    assert np.abs(full - original).max() <= 1


def test_there_is_no_detail_to_give_back_where_the_whole_photo_is_kept(photo: Image.Image) -> None:
    plain, detailed = (Painter(Darker()).paint(photo.copy(), PaintingOptions(detail=detail)) for detail in (0, 100))
    assert plain.tobytes() == detailed.tobytes()


@pytest.mark.parametrize("brush", BRUSHES)
@pytest.mark.parametrize("size", [(90, 60), (600, 400), (1300, 700)])
def test_a_pass_can_be_painted_on_the_painting_of_the_one_before(size: tuple[int, int], brush: str) -> None:
    options = PaintingOptions(size=FULL, brush=brush)
    once = Painter(Darker()).paint(landscape(*size), options)
    again = Painter(Darker()).paint(once, options)
    assert again.tobytes() == Painter(Darker()).paint(landscape(*size), replace(options, passes=2)).tobytes()


@pytest.mark.parametrize("size", [(600, 400), (1300, 700)])
def test_the_last_pass_is_mixed_with_the_photo(size: tuple[int, int]) -> None:
    options = PaintingOptions(passes=3, size=FULL, brush="fine")
    painted, mixed = (
        np.asarray(Painter(Darker()).paint(landscape(*size), replace(options, strength=strength)), dtype=float)
        for strength in (100, 25)
    )
    photo = np.asarray(landscape(*size), dtype=float)
    np.testing.assert_allclose(mixed, photo + (painted - photo) / 4, atol=2)


def test_steps_count_the_passes_and_end_with_the_painting(photo: Image.Image) -> None:
    steps = list(Painter(Darker()).steps(photo, PaintingOptions(passes=3)))
    assert [(step.done, step.total) for step in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [step.painting is None for step in steps] == [True, True, True, False]


def test_abandoning_the_steps_cancels_the_remaining_passes(photo: Image.Image) -> None:
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
        ({"detail": 101}, "detail must be a whole number from 0 to 100, not 101."),
        ({"size": 63}, 'size must be a whole number from 64 to 2048, or "full", not 63.'),
        ({"size": 2049}, 'size must be a whole number from 64 to 2048, or "full", not 2049.'),
        ({"brush": "coarse"}, "brush must be one of broad, medium, fine."),
        ({"passes": "full"}, "passes must be a whole number from 1 to 5, not full."),
    ],
)
def test_options_out_of_bounds_say_the_bounds(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as raised:
        PaintingOptions(**options)
    assert str(raised.value) == sentence


def test_bytes_survive_a_round_trip_through_pixels() -> None:
    every_level = Image.fromarray(np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3))
    assert to_picture(to_pixels(every_level)).tobytes() == every_level.tobytes()


@pytest.mark.parametrize(("passes", "strength"), [(1, 100), (3, 40)])
def test_painting_in_tiles_gives_the_same_result_as_painting_at_once(passes: int, strength: int) -> None:
    large = landscape(1300, 900)
    options = PaintingOptions(passes=passes, strength=strength, size=FULL, brush="fine")
    expected = np.concatenate(
        [
            np.asarray(Painter(Darker()).paint(part, options), dtype=int)
            for part in (large.crop((0, 0, 650, 900)), large.crop((650, 0, 1300, 900)))
        ],
        axis=1,
    )
    engine = Darker()
    steps = list(Painter(engine).steps(large, options))
    assert engine.tiles == 6 * passes
    total = 6 * passes
    assert [(step.done, step.total) for step in steps] == [(done, total) for done in range(total + 1)]
    painting = steps[-1].painting
    assert painting is not None
    np.testing.assert_array_equal(np.asarray(painting, dtype=int), expected)


def test_the_statistics_of_all_tiles_are_measured_on_a_thumbnail_before_each_pass() -> None:
    engine = Darker()
    Painter(engine).paint(landscape(1300, 650), PaintingOptions(passes=2, size=FULL, brush="fine"))
    first, second = (engine.seen[index] for index in (0, 1 + engine.tiles // 2))
    assert first.shape == second.shape == (THUMBNAIL // 2, THUMBNAIL, 3)
    assert np.abs(second - (first - np.float32(0.101)).clip(-1, 1)).mean() < 0.01


@pytest.mark.parametrize(("brush", "thumbnails"), [("fine", 1), ("medium", 1), ("broad", 2)])
def test_a_brush_of_the_thumbnails_size_reuses_its_statistics(brush: str, thumbnails: int) -> None:
    engine = Darker()
    options = PaintingOptions(passes=2, size=FULL, brush=brush)
    Painter(engine).paint(landscape(1300, 900), options)
    assert len(engine.seen) == thumbnails * options.passes + engine.tiles


@pytest.mark.parametrize("brush", BRUSHES)
@pytest.mark.parametrize(
    ("size", "options"),
    [((600, 400), {}), ((600, 400), {"size": FULL, "passes": 3}), ((1300, 900), {"size": FULL}), ((1300, 900), {})],
)
def test_the_effort_is_about_the_pixels_given_to_the_engine(
    size: tuple[int, int], options: dict[str, Any], brush: str
) -> None:
    """Up to the padding to the stride and the thumbnail, which the estimate leaves out."""
    engine = Darker()
    Painter(engine).paint(landscape(*size), PaintingOptions(**options, brush=brush))
    given = sum(pixels.shape[0] * pixels.shape[1] for pixels in engine.given)
    assert Painter(engine).effort(size, PaintingOptions(**options, brush=brush)) == pytest.approx(given, rel=0.15)


def test_a_strength_of_0_takes_no_effort() -> None:
    assert Painter(Darker()).effort((600, 400), PaintingOptions(strength=0)) == 0


def test_abandoning_the_steps_cancels_the_remaining_tiles() -> None:
    engine = Darker()
    list(islice(Painter(engine).steps(landscape(1300, 900), PaintingOptions(size=FULL, brush="fine")), 3))
    assert engine.tiles == 2


@pytest.mark.parametrize("steps", [2, None], ids=["cancelled", "painted"])
def test_the_engines_memory_is_released_after_the_tiles_or_when_cancelled(steps: int | None) -> None:
    engine = Darker()
    list(islice(Painter(engine).steps(landscape(1300, 900), PaintingOptions(size=FULL, brush="fine")), steps))
    assert engine.released_after == [engine.tiles]


def test_full_size_is_the_photos_own() -> None:
    assert Painter(Darker()).paint(landscape(2100, 40), PaintingOptions(size=FULL)).size == (2100, 40)
    assert Painter(Darker()).paint(landscape(2100, 40), PaintingOptions(size=2048)).size == (2048, 39)


@pytest.mark.parametrize(("brush", "sides"), [("fine", [600]), ("medium", [512, 600]), ("broad", [256, 600])])
def test_the_brushs_smaller_painting_is_painted_first(brush: str, sides: list[int]) -> None:
    engine = Darker()
    steps = list(Painter(engine).steps(landscape(600, 400), PaintingOptions(size=FULL, brush=brush)))
    assert [max(photo.shape) for photo in engine.seen] == sides
    assert [(step.done, step.total) for step in steps] == [(done, len(sides)) for done in range(len(sides) + 1)]


def test_a_photo_no_larger_than_its_brush_is_painted_only_once() -> None:
    engine = Darker()
    Painter(engine).paint(landscape(500, 400), PaintingOptions(brush="medium"))
    assert len(engine.seen) == 1


@pytest.mark.parametrize("brush", BRUSHES)
@pytest.mark.parametrize("size", [(600, 400), (1900, 100)])
def test_a_strength_of_0_returns_the_photo(brush: str, size: tuple[int, int]) -> None:
    photo = landscape(*size)
    before = photo.tobytes()
    painting = Painter(Darker()).paint(photo, PaintingOptions(strength=0, size=FULL, brush=brush))
    assert painting.tobytes() == before
