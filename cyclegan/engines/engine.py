"""The interface between the painter and the engines that run a generator."""

from collections.abc import Sequence
from typing import Any, Protocol

from cyclegan.pictures import Pixels

Statistics = Sequence[Any]  # of the norms; each engine has its own type


class Engine(Protocol):
    """Runs an artifact. Pictures are (H, W, 3) in [-1, 1], float32."""

    whole: int  # pixels: photos whose longer side is at most this are painted at once, larger ones in tiles
    tile: int  # pixels: the side of a tile without its halo
    stride: int  # pixels: the sides of a tile with its halo must be multiples of it
    reach: int  # pixels: the radius of a painted pixel's receptive field, a multiple of the stride
    low_pass: int  # pixels: see networks.GeneratorConfig; 0 and 1 leave no detail to give back

    def paint(self, photo: Pixels) -> Pixels:
        """Returns the painting of a photo, (H, W, 3), for any H, W ≥ 1."""

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        """Returns a thumbnail's painting, and the norms' statistics with which all tiles of its photo are painted."""

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        """Paints a tile, (H, W, 3), and returns the painting without `reach` pixels on every side."""

    def release(self) -> None:
        """Frees the buffers that it keeps for the next picture."""
