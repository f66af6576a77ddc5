import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cyclegan.inspect.inspection import Scores
from cyclegan.pictures import to_pixels
from pictures import landscape
from webapp.api.sheets import GAP, HAND, MID_GREY, NO_HAND, columns_of, data_url, draw_change, draw_maps, draw_scores


def ramps(count: int, height: int, width: int) -> np.ndarray:
    """Returns maps that rise from left to right, each twice as steep as the one before."""
    ramp = np.broadcast_to(np.linspace(0, 1, width, dtype=np.float32), (height, width))
    return np.stack([number * 3 - 1 + ramp * 2**number for number in range(count)])


def cells(picture: Image.Image, columns: int, rows: int) -> np.ndarray:
    """Returns the tiles of a sheet, (rows, columns, height, width); its size must leave room for the gaps."""
    sheet = np.asarray(picture)
    height, width = (sheet.shape[0] + GAP) / rows, (sheet.shape[1] + GAP) / columns
    assert height == int(height)
    assert width == int(width)
    padded = np.pad(sheet, ((0, GAP), (0, GAP)), constant_values=MID_GREY)
    grid = padded.reshape(rows, int(height), columns, int(width)).transpose(0, 2, 1, 3)
    assert (grid[..., -GAP:] == MID_GREY).all()
    assert (grid[..., -GAP:, :] == MID_GREY).all()
    return grid[..., :-GAP, :-GAP]


@pytest.mark.parametrize(
    ("shape", "columns", "tile"),
    [
        ((32, 168, 256), 8, (84, 128)),
        ((64, 84, 128), 8, (84, 128)),
        ((128, 42, 64), 16, (42, 64)),
        ((128, 84, 128), 16, (42, 64)),
        ((32, 256, 72), 8, (128, 36)),
        ((128, 18, 18), 16, (54, 54)),
        ((128, 136, 184), 16, (34, 46)),
        ((3, 8, 8), 3, (336, 336)),
    ],
)
def test_a_sheet_has_a_tile_for_every_map(shape: tuple[int, int, int], columns: int, tile: tuple[int, int]) -> None:
    maps = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert columns_of(maps) == columns
    tiles = cells(draw_maps(maps), columns, shape[0] // columns)
    assert tiles.shape[2:] == tile
    assert (np.ptp(tiles, axis=(2, 3)) == 255).all()


def test_an_incomplete_row_is_filled_with_grey() -> None:
    tiles = cells(draw_maps(ramps(9, 128, 128)), 8, 2)
    assert (tiles[1, 1:] == MID_GREY).all()
    assert np.ptp(tiles[1, 0]) == 255


def test_every_map_is_stretched_to_its_own_range_and_keeps_its_place() -> None:
    maps = ramps(4, 64, 64)
    maps[2] = -maps[2]
    first, second, third, fourth = cells(draw_maps(maps), 4, 1)[0]
    assert (first[:, 0] == 0).all()
    assert (first[:, -1] == 255).all()
    assert (np.abs(np.diff(first.astype(int), axis=1)) <= 17).all()
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, fourth)
    np.testing.assert_array_equal(third, first[:, ::-1])


def test_a_constant_map_is_black_and_one_bright_position_does_not_darken_a_map() -> None:
    maps = ramps(2, 128, 128)
    maps[0] = 5
    maps[1, 3, 3] = 1e6
    constant, bright = cells(draw_maps(maps), 2, 1)[0]
    assert (constant == 0).all()
    assert bright.mean() > 100


def test_the_change_is_a_colour_picture_whose_mid_grey_means_no_change() -> None:
    change = np.zeros((3, 8, 16), np.float32)
    change[0, 0, 0], change[2, 0, 1] = 1, -1
    picture = draw_change(change)
    assert picture.size == (16, 8)
    assert picture.getpixel((0, 0)) == (255, MID_GREY, MID_GREY)
    assert picture.getpixel((1, 0)) == (MID_GREY, MID_GREY, 0)
    assert picture.getpixel((5, 5)) == (MID_GREY, MID_GREY, MID_GREY)


def test_a_score_is_drawn_in_the_middle_of_its_patch() -> None:
    picture = to_pixels(landscape(256, 168))
    scores: Scores = np.full((19, 30), 0.5, np.float32)
    scores[4, 7] = 1
    grey = np.asarray(draw_scores(picture, np.full_like(scores, 0.5)))
    assert (grey == grey[..., :1]).all()
    changed = (np.asarray(draw_scores(picture, scores)) != grey).any(2)
    rows, columns = changed.nonzero()
    assert (rows.min(), rows.max()) == (8 + 8 * 4, 15 + 8 * 4)
    assert (columns.min(), columns.max()) == (8 + 8 * 7, 15 + 8 * 7)


@pytest.mark.parametrize(("score", "colour"), [(0, NO_HAND), (-3, NO_HAND), (1, HAND), (2, HAND)])
def test_a_score_has_its_colour_and_blends_with_the_picture(score: float, colour: np.ndarray) -> None:
    black = np.full((24, 24, 3), -1, np.float32)
    shown = draw_scores(black, np.full((1, 1), score, np.float32))
    assert shown.getpixel((12, 12)) == tuple(np.rint(0.6 * colour))
    assert shown.getpixel((1, 1)) == (0, 0, 0)


def test_a_data_url_is_a_jpeg() -> None:
    head, data = data_url(landscape(30, 20), 85).split(",")
    assert head == "data:image/jpeg;base64"
    picture = Image.open(BytesIO(base64.b64decode(data)))
    assert (picture.format, picture.size) == ("JPEG", (30, 20))
