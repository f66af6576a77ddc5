"""Cuts a large photo into tiles and puts their paintings back in its place."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cyclegan.pictures import Bytes


@dataclass(frozen=True)
class Grid:
    """How a photo is cut into tiles. All lengths are in pixels."""

    width: int
    height: int
    tile: int  # the side of a tile without its halo
    halo: int  # the context on every side of a tile
    stride: int  # the sides of a tile with its halo are multiples of it

    @property
    def columns(self) -> int:
        return -(-self.width // self.tile)

    @property
    def rows(self) -> int:
        return -(-self.height // self.tile)

    @property
    def tiles(self) -> int:
        return self.columns * self.rows

    @property
    def pixels(self) -> int:
        """The pixels of all tiles with their halos, without the padding to the stride."""
        return (self.width + self.columns * 2 * self.halo) * (self.height + self.rows * 2 * self.halo)


@dataclass(frozen=True)
class Piece:
    """A tile with its halo, in pixels.

    `pixels` shows the photo before painting: the tile and `halo` pixels on every side, mirrored beyond the photo's
    edges. On the right and at the bottom it is padded further until its sides are multiples of the stride.
    """

    left: int
    top: int
    width: int  # of the tile itself
    height: int
    halo: int
    pixels: Bytes


class Canvas:
    """A photo that is painted over in place, tile by tile.

    Two pictures of 50 megapixels would take 400 MB. So the painting replaces the photo, and of the rows already painted
    over, the canvas keeps only the `halo` rows that the next tiles need.
    """

    def __init__(self, photo: Image.Image, grid: Grid) -> None:
        """Takes ownership of `photo`. `grid` must have its size."""
        self.picture = photo
        self._grid = grid

    def pieces(self) -> Iterator[Piece]:
        """Yields the tiles from left to right and top to bottom; put() each one before taking the next."""
        grid = self._grid
        above: Bytes | None = None
        for top in range(0, grid.height, grid.tile):
            rows = min(grid.tile, grid.height - top)
            band = self._band(above, top, rows)
            # A copy, so that the whole band is freed before the next one is cut.
            above = band[rows : rows + grid.halo, grid.halo : grid.halo + grid.width].copy()
            for left in range(0, grid.width, grid.tile):
                columns = min(grid.tile, grid.width - left)
                reach = columns + 2 * grid.halo + -columns % grid.stride
                yield Piece(left, top, columns, rows, grid.halo, band[:, left : left + reach])

    def put(self, piece: Piece, painted: Bytes) -> None:
        """Pastes `painted`, the painting of `piece` without its halo, into the picture; its padding is cropped."""
        tile = np.ascontiguousarray(painted[: piece.height, : piece.width])
        self.picture.paste(Image.fromarray(tile), (piece.left, piece.top))

    def _band(self, above: Bytes | None, top: int, rows: int) -> Bytes:
        """Returns the photo's pixels, before painting, for one row of tiles with their halos, padded and mirrored."""
        grid = self._grid
        below = min(top + rows + grid.halo, grid.height)
        band = np.asarray(self.picture.crop((0, top, grid.width, below)))
        if above is not None:
            band = np.concatenate([above, band])
        missing_above = grid.halo if above is None else 0
        missing_below = rows + 2 * grid.halo + -rows % grid.stride - missing_above - len(band)
        sides = (grid.halo, grid.halo + -grid.width % grid.stride)
        # "symmetric" repeats the edge, so it works even for a photo with a single row.
        return np.pad(band, ((missing_above, max(0, missing_below)), sides, (0, 0)), mode="symmetric")
