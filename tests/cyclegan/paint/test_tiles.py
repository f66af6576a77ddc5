import numpy as np
import pytest
from PIL import Image

from cyclegan.paint.tiles import Canvas, Grid, Piece
from cyclegan.pictures import Bytes
from pictures import landscape

HALO, STRIDE, TILE = 24, 4, 64


def grid_of(photo: Image.Image) -> Grid:
    return Grid(*photo.size, TILE, HALO, STRIDE)


def canvas_of(photo: Image.Image) -> Canvas:
    return Canvas(photo, grid_of(photo))


def inside(piece: Piece) -> Bytes:
    return piece.pixels[HALO:-HALO, HALO:-HALO]


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (65, 63), (3, 300), (200, 130)])
def test_pieces_cover_the_photo_and_fit_the_stride(size: tuple[int, int]) -> None:
    photo = landscape(*size)
    before = np.asarray(photo).copy()
    canvas = canvas_of(photo)
    pieces = 0
    for piece in canvas.pieces():
        assert all(side % STRIDE == 0 for side in piece.pixels.shape[:2])
        canvas.put(piece, 255 - inside(piece))
        pieces += 1
    assert pieces == grid_of(photo).tiles
    np.testing.assert_array_equal(np.asarray(canvas.picture), 255 - before)


def test_every_piece_shows_the_photo_before_painting_mirrored_beyond_its_edges() -> None:
    photo = landscape(200, 130)
    mirrored = np.pad(np.asarray(photo), ((HALO, HALO + 64), (HALO, HALO + 64), (0, 0)), mode="symmetric")
    canvas = canvas_of(photo)
    for piece in canvas.pieces():
        height, width = piece.pixels.shape[:2]
        expected = mirrored[piece.top : piece.top + height, piece.left : piece.left + width]
        np.testing.assert_array_equal(piece.pixels, expected)
        canvas.put(piece, np.zeros_like(inside(piece)))


def test_the_painting_replaces_the_photo_in_place() -> None:
    photo = Image.new("RGB", (100, 100), "white")
    canvas = canvas_of(photo)
    for piece in canvas.pieces():
        canvas.put(piece, np.zeros_like(inside(piece)))
    assert canvas.picture is photo
    assert photo.getextrema() == ((0, 0), (0, 0), (0, 0))
