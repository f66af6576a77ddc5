"""What the painter asks of an engine."""

from collections.abc import Sequence
from typing import Any, Protocol

from cyclegan.pictures import Pixels

Statistics = Sequence[Any]  # of an engine's own kind


class Engine(Protocol):
    """What runs an artifact. Pictures are (H, W, 3) in [-1, 1], float32."""

    whole: int  # pixels, the longer side of what is painted at once; larger photos are painted in tiles
    tile: int  # pixels, the side of a tile without what lies around it
    stride: int  # the sides of a tile must be multiples of it
    reach: int  # pixels that a painted pixel depends on, to every side; a multiple of the stride

    def paint(self, photo: Pixels) -> Pixels:
        """For any H, W ≥ 1."""

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        """Its painting, and what the tiles of the same photo must know to be painted alike."""

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        """The painting of what lies `reach` inside its edges."""

    def release(self) -> None:
        """Gives back the memory that it keeps for the next picture."""
