import pytest

from cyclegan.paint.tiles import Canvas, Grid
from pictures import landscape

HALO, STRIDE, TILE = 24, 4, 64


@pytest.mark.parametrize("size", [(64, 64), (68, 64), (4, 300), (200, 132)])
def test_a_grid_counts_its_tiles_and_their_pixels(size: tuple[int, int]) -> None:
    grid = Grid(*size, TILE, HALO, STRIDE)
    pieces = list(Canvas(landscape(*size), grid).pieces())
    assert grid.tiles == len(pieces)
    assert grid.pixels == sum(piece.pixels.shape[0] * piece.pixels.shape[1] for piece in pieces)
