"""The tiles of a large photo, by their number and size."""

from dataclasses import dataclass


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
