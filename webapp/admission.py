"""A line in front of the painter."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Condition
from typing import Final, cast

from PIL import Image

from cyclegan.painter import Painter, PaintingOptions, Step

# Seconds between two words to somebody who waits: only by writing to it does a server notice that a client has gone.
HEARTBEAT: Final = 1.0


@dataclass(frozen=True)
class Waiting:
    """How many are before this one; said again at every heartbeat."""

    position: int


class Admission:
    """Lets one painting at a time reach the painter, which uses every core for it; the others wait in their order."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._line: deque[object] = deque()  # the first is being painted
        self._moved = Condition()

    def paint(self, photo: Image.Image, options: PaintingOptions) -> Image.Image:
        """The painting, once it is this one's turn and it is done."""
        for step in self.steps(photo, options):
            last = step
        return cast(Image.Image, cast(Step, last).painting)

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Waiting | Step]:
        """The place in line, then the painter's steps. Dropping the iterator gives the place to the next."""
        place = object()
        with self._moved:
            self._line.append(place)
        try:
            while position := self._position(place):
                yield Waiting(position)
                self._wait(place, position)
            yield from self._painter.steps(photo, options)
        finally:
            with self._moved:
                self._line.remove(place)
                self._moved.notify_all()

    def _position(self, place: object) -> int:
        with self._moved:
            return self._line.index(place)

    def _wait(self, place: object, position: int) -> None:
        """Until the line has moved, or a heartbeat."""
        with self._moved:
            self._moved.wait_for(lambda: self._line.index(place) != position, HEARTBEAT)
