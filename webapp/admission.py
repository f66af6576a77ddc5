"""A line in front of the engine."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Condition
from typing import Final, TypeVar, cast

from PIL import Image

from cyclegan.painter import Painter, PaintingOptions, Step

Result = TypeVar("Result")

# Seconds between two words to somebody who waits: only by writing to it does a server notice that a client has gone.
HEARTBEAT: Final = 1.0


@dataclass(frozen=True)
class Waiting:
    """How many are before this one; said again at every heartbeat."""

    position: int


class Admission:
    """Lets one piece of work at a time have the engine, which uses every core for it; the others wait in their order.

    What takes a turn is bounded, a painting or less.
    """

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self._line: deque[object] = deque()  # the first is at work
        self._moved = Condition()

    def paint(self, photo: Image.Image, options: PaintingOptions) -> Image.Image:
        """The painting, once it is this one's turn and it is done."""
        for step in self.steps(photo, options):
            last = step
        return cast(Image.Image, cast(Step, last).painting)

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Waiting | Step]:
        """The place in line, then the painter's steps. Dropping the iterator gives the place to the next."""
        return self._in_turn(self._painter.steps(photo, options))

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` answers, called once it is its turn."""
        for answer in self._in_turn(call() for call in (work,)):
            last = answer
        return cast(Result, last)

    def _in_turn(self, work: Iterator[Result]) -> Iterator[Waiting | Result]:
        """The place in line, then what `work` answers, which must not begin before it is asked."""
        place = object()
        with self._moved:
            self._line.append(place)
        try:
            while position := self._position(place):
                yield Waiting(position)
                self._wait(place, position)
            yield from work
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
