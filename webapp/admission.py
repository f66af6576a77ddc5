"""A line in front of the painter."""

from collections.abc import Iterator
from threading import Lock

from PIL import Image

from cyclegan.painter import Painter, PaintingOptions, Step


class Admission:
    """Lets one painting at a time reach the painter, which uses every core for it; the others wait."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._turn = Lock()

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Step]:
        """The painter's steps, once it is this painting's turn. Dropping the iterator gives the turn to the next."""
        with self._turn:
            yield from self._painter.steps(photo, options)
