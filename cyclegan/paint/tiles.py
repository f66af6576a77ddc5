"""A large photo, painted over piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cyclegan.pictures import Bytes


@dataclass(frozen=True)
class Grid:
    """How a photo is cut into tiles; in pixels."""

    width: int
    height: int
    tile: int  # the side of a tile without what lies around it
    halo: int  # what lies around it, on every side
    stride: int  # what the sides of a tile with its halo are multiples of

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
        """Of all tiles with their halos, but for what the stride adds."""
        return (self.width + self.columns * 2 * self.halo) * (self.height + self.rows * 2 * self.halo)


@dataclass(frozen=True)
class Piece:
    """A tile and what lies around it.

    `pixels`, of the photo as it was, reach `halo` further than the tile on every side, mirrored beyond the photo's
    edges, and at the right and at the bottom as much more as it takes to make the sides multiples of the stride.
    """

    left: int
    top: int
    width: int  # of the tile itself
    height: int
    halo: int
    pixels: Bytes

    @property
    def inside(self) -> Bytes:
        """The tile without what lies around it, but for what the stride adds."""
        return self.pixels[self.halo : -self.halo, self.halo : -self.halo]


class Canvas:
    """Holds one picture: the photo above and its painting below, as far as it has come.

    Two of 50 megapixels would be 400 MB. So the painting takes the photo's place, and what tiles still to come must
    see of the photo is kept, `halo` rows and no more.
    """

    def __init__(self, photo: Image.Image, grid: Grid) -> None:
        """`grid` is one of the photo's size."""
        self.picture = photo
        self._grid = grid

    def pieces(self) -> Iterator[Piece]:
        """From left to right and from the top down; each must be put before the next is taken."""
        grid = self._grid
        above: Bytes | None = None
        for top in range(0, grid.height, grid.tile):
            rows = min(grid.tile, grid.height - top)
            band = self._band(above, top, rows)
            # A copy: the band itself need not live until the next is cut.
            above = band[rows : rows + grid.halo, grid.halo : grid.halo + grid.width].copy()
            for left in range(0, grid.width, grid.tile):
                columns = min(grid.tile, grid.width - left)
                reach = columns + 2 * grid.halo + -columns % grid.stride
                yield Piece(left, top, columns, rows, grid.halo, band[:, left : left + reach])

    def put(self, piece: Piece, painted: Bytes) -> None:
        """`painted` is a painting of `piece.inside`."""
        tile = np.ascontiguousarray(painted[: piece.height, : piece.width])
        self.picture.paste(Image.fromarray(tile), (piece.left, piece.top))

    def _band(self, above: Bytes | None, top: int, rows: int) -> Bytes:
        """The rows of one row of tiles with their halo, as the photo had them."""
        grid = self._grid
        below = min(top + rows + grid.halo, grid.height)
        band = np.asarray(self.picture.crop((0, top, grid.width, below)))
        if above is not None:
            band = np.concatenate([above, band])
        missing_above = grid.halo if above is None else 0
        missing_below = rows + 2 * grid.halo + -rows % grid.stride - missing_above - len(band)
        sides = (grid.halo, grid.halo + -grid.width % grid.stride)
        # "symmetric" repeats the edge, and so needs no second row where the photo has but one.
        return np.pad(band, ((missing_above, max(0, missing_below)), sides, (0, 0)), mode="symmetric")
