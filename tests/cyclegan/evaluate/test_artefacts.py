import numpy as np
import pytest
from PIL import Image, ImageFilter

from cyclegan.evaluate.artefacts import (
    measure_artefacts,
    palette_distance,
    picture_palette,
    shared_detail,
    steps_where_calm,
    to_lab,
    unexplained_colour,
)
from pictures import landscape


@pytest.fixture
def sky() -> Image.Image:
    """A calm picture: a gradient from blue to white, with a little grain."""
    rows = np.linspace(0, 1, 256)[:, None, None]
    pixels = (1 - rows) * np.array([90, 140, 210]) + rows * np.array([230, 235, 240])
    grain = np.random.default_rng(0).normal(0, 2, (256, 256, 3))
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


def with_patch(picture: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    patched = picture.copy()
    patched.paste(colour, (96, 96, 160, 160))
    return patched


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_colours_have_their_published_lab_values(rgb: tuple[int, ...], lab: tuple[float, ...]) -> None:
    assert to_lab(np.array([[rgb]], dtype=np.uint8))[0, 0] == pytest.approx(lab, abs=0.05)


def test_a_photo_is_its_own_best_painting(sky: Image.Image) -> None:
    figures = measure_artefacts([sky], [sky], picture_palette(sky))
    assert figures.contours < 1
    assert figures.colours == pytest.approx(0, abs=1e-6)
    assert figures.detail == pytest.approx(1)
    assert figures.palette == 0


def test_a_cloud_from_nowhere_is_a_contour(sky: Image.Image) -> None:
    clouded = with_patch(sky, (255, 255, 255))
    assert np.quantile(steps_where_calm(sky, clouded), 0.99) > 5 * np.quantile(steps_where_calm(sky, sky), 0.99)


def test_a_contour_of_the_photo_itself_does_not_count(sky: Image.Image) -> None:
    clouded = with_patch(sky, (255, 255, 255))
    assert steps_where_calm(clouded, clouded).max() < 1


def test_a_patch_of_rust_is_unexplained_but_a_change_of_key_is_not(sky: Image.Image) -> None:
    warm = Image.fromarray((np.asarray(sky) * [1.0, 0.9, 0.7]).astype(np.uint8))
    rusty = with_patch(sky, (150, 70, 30))
    assert unexplained_colour(sky, warm) < 0.5
    assert unexplained_colour(sky, rusty) > 10


def test_detail_is_what_a_blur_takes_away() -> None:
    photo = landscape(256, 256)
    other = landscape(256, 256, seed=1)
    assert shared_detail(photo, photo) == pytest.approx(1)
    assert shared_detail(photo, photo.filter(ImageFilter.GaussianBlur(3))) < 0.5
    assert abs(shared_detail(photo, other)) < 0.1
    assert shared_detail(photo, Image.new("RGB", (256, 256), "grey")) == 0


def test_palettes_are_as_far_apart_as_their_colours() -> None:
    grey, light = (picture_palette(Image.new("RGB", (64, 64), (level,) * 3)) for level in (100, 200))
    assert palette_distance(grey, grey) == 0
    assert palette_distance(grey, light) == pytest.approx(light[0, 0] - grey[0, 0], abs=1e-3)


def test_pictures_without_a_calm_place_have_no_contours() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    figures = measure_artefacts([noise], [noise], picture_palette(noise))
    assert figures.contours == figures.contours_p99 == 0
