"""A bounded line in front of the engine."""

import logging
import math
import os
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from threading import Condition, Lock
from time import monotonic
from typing import Final, TypeVar, cast

from PIL import Image

from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter, Step
from webapp.observe.metrics import QUEUE, Stage
from webapp.observe.trace import stage, timed
from webapp.queue.pace import Pace
from webapp.server.deadline import deadline
from webapp.server.malloc import give_back

Result = TypeVar("Result")

# Seconds between two words to somebody who waits, so that no proxy takes the silence for the end.
HEARTBEAT: Final = 1.0
WATCH: Final = 0.2  # seconds between two looks whether somebody who waits is still there
SHARE: Final = 0.5  # of the places, and of the wait, that one address may have
FILLED: Final = 0.75  # of the wait: when many come at once, what is done with them slows down the turns
# Seconds of one step of a turn, such as a tile, or of decoding. Longer is not slow but never ends.
STUCK: Final = 30.0
STUCK_EXIT: Final = 70  # the worker's exit code then: "internal software error" in sysexits.h
LARGE: Final = 2**19  # pixels of a decoded photo, after which memory is given back
PIXEL: Final = 4  # bytes, as Pillow has it
# Seconds in which a client may receive its painting, however slowly; after them it must not keep others waiting.
FAIR: Final = 30.0


class BusyError(Exception):
    """No place is free. After `retry_after` seconds there may be one."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Try again in {retry_after} seconds.")


class GoneError(Exception):
    """The client has left before its turn."""


class TooLongError(Exception):
    """A turn took longer than one may; a smaller size or fewer passes would not."""


@dataclass(frozen=True)
class Waiting:
    """How many are before this one; said again at every heartbeat."""

    position: int


class Admission:
    """Lets one piece of work at a time have the engine, which uses every core for it; the others wait in their order.

    There are as many places as turns will be done within `max_wait` seconds, by the last ones, `max_places` at most.
    A place is given before the upload is read, so that few are read in vain: once more it is asked when the photo is
    known, for then those before it are known as well, and how long they will take. The order is that in which they are
    ready.
    Who waits holds a photo, and who is sent a painting that, all together at most `max_pixels`; one photo at a time is
    decoded. Many large ones would fill the memory. Nor are more than `max_places` waiting and receiving: each takes a
    thread. Whoever receives for longer than FAIR makes room for others where there is none.
    A turn ends after `max_turn` seconds, at its next step; the process ends where no step comes.
    """

    def __init__(self, painter: Painter, max_wait: float, max_turn: float, max_places: int, max_pixels: int) -> None:
        self.painter = painter
        self._max_pixels = max_pixels
        self._pixels = 0  # held by those who wait and those who receive
        self._decoding = Lock()
        self._max_wait = max_wait
        self._max_turn = max_turn
        self._max_places = max_places
        self._pace = Pace()
        self._places: list[Place] = []  # all that are taken
        self._line: deque[Place] = deque()  # those of them that are ready; the first is at work
        self._receiving: deque[Place] = deque()  # places that were given to the next; the first has taken longest
        self._moved = Condition()

    def arrive(
        self, address: str, is_gone: Callable[[], bool], hang_up: Callable[[], object] = lambda: None
    ) -> "Place":
        """Raises BusyError where no place is free, for anybody or for this address. Whoever gets one must close it.

        `is_gone` tells whether the client has hung up, and `hang_up` does so on it.
        """
        place = Place(self, address, is_gone, hang_up)
        with self._moved:
            # Not the one at work: all wait for it alike.
            own = [other for other in self._places if other.address == address and other.begun is None]
            own_received = sum(other.address == address for other in self._receiving)
            while len(self._places) + len(self._receiving) >= self._max_places and self._make_room():
                pass
            if self._is_full(self._places, 1, len(self._receiving)) or self._is_full(own, SHARE, own_received):
                raise self._busy()
            self._places.append(place)
        QUEUE.inc()
        return place

    def decode(
        self, place: "Place", read: Callable[[], Image.Image], options: PaintingOptions | None = None
    ) -> Image.Image:
        """What `read` answers, to be painted with `options` or, without, for other work.

        Raises BusyError where the others hold too much for it to be kept as well, or will take too long.
        """
        with self._decoding, deadline(STUCK, end_process), stage("decode"):
            photo = read()
        pixels = photo.width * photo.height
        with self._moved:
            while self._is_too_much(pixels) and self._make_room():
                pass
            if self._is_full(self._line, 1) or self._is_too_much(pixels):
                raise self._busy()
            self._hold(place, pixels)
            place.effort = self.painter.effort(photo.size, options) if options else None
        place.is_large = pixels > LARGE
        return photo

    def in_turn(self, place: "Place", name: Stage, work: Generator[Result]) -> Generator[Waiting | Result]:
        """The place in line, then what `work` answers, which must not begin before it is asked.

        Raises GoneError, and TooLongError.
        """
        with self._moved:
            self._line.append(place)
        with stage("wait"):
            while position := self._position(place):
                yield Waiting(position)
                self._wait(place, position)
        begun = monotonic()
        with self._moved:
            self._hold(place, 0)
            place.begun = begun
        is_over = False
        with closing(work):  # what it does when it is cancelled belongs to this turn
            for answer in timed(name, stepwise(work)):
                if place.is_gone():
                    raise GoneError
                if is_over:  # and yet there was something left to do
                    raise TooLongError
                yield answer
                is_over = monotonic() - begun > self._max_turn
        with self._moved:
            self._pace.note(monotonic() - begun, place.effort or 0)

    def pass_on(self, place: "Place", pixels: int) -> None:
        """Gives the place to the next, while its client receives a painting of so many pixels."""
        with self._moved:
            self._receiving.append(place)
            self._hold(place, pixels)
            place.finished = monotonic()
            self._give_to_next(place)
        self._note_left(place)

    def hold(self, place: "Place", pixels: int) -> None:
        """Counts so many for a client that receives, instead of those before."""
        with self._moved:
            if place in self._receiving:
                self._hold(place, pixels)

    def leave(self, place: "Place") -> None:
        with self._moved:
            self._hold(place, 0)
            has_place = place in self._places
            if has_place:
                self._give_to_next(place)
            elif place in self._receiving:
                self._receiving.remove(place)
        if has_place:
            self._note_left(place)

    def _give_to_next(self, place: "Place") -> None:
        self._places.remove(place)
        if place in self._line:
            self._line.remove(place)
        self._moved.notify_all()

    def _note_left(self, place: "Place") -> None:
        QUEUE.dec()
        if place.is_large:
            give_back()

    def _make_room(self) -> bool:
        """Hangs up on the client that has received for longest, if that was for longer than is fair. Answers so."""
        if not self._receiving or monotonic() - self._receiving[0].finished < FAIR:
            return False
        slow = self._receiving.popleft()
        self._hold(slow, 0)
        slow.hang_up()
        return True

    def _is_full(self, places: Collection["Place"], share: float, receiving: int = 0) -> bool:
        """Whether these, and so many who receive, leave no place for another one, where there is but a share of all."""
        if len(places) + receiving >= share * self._max_places:
            return True
        return bool(places) and self._left(places) + self._pace.usual() > share * FILLED * self._max_wait

    def _is_too_much(self, pixels: int) -> bool:
        """Whether so many are not to be held as well. Alone, any photo may be."""
        return self._pixels > 0 and self._pixels + pixels > self._max_pixels

    def _left(self, places: Collection["Place"]) -> float:
        """Seconds until these are done."""
        return sum(map(self._left_of, places))

    def _left_of(self, place: "Place") -> float:
        seconds = self._pace.usual() if place.effort is None else self._pace.seconds(place.effort)
        return seconds if place.begun is None else max(0, seconds - (monotonic() - place.begun))

    def _busy(self) -> BusyError:
        return BusyError(max(1, math.ceil(self._left(self._places))))

    def _hold(self, place: "Place", pixels: int) -> None:
        self._pixels += pixels - place.pixels
        place.pixels = pixels

    def _position(self, place: "Place") -> int:
        with self._moved:
            return self._line.index(place)

    def _wait(self, place: "Place", position: int) -> None:
        """Until the line has moved, or a heartbeat. Raises GoneError."""
        until = monotonic() + HEARTBEAT
        with self._moved:
            while self._line.index(place) == position and (left := until - monotonic()) > 0:
                if place.is_gone():
                    raise GoneError
                self._moved.wait(min(left, WATCH))


def stepwise(work: Iterator[Result]) -> Iterator[Result]:
    """The same, but the process ends where a step takes too long."""
    while True:
        with deadline(STUCK, end_process):
            try:
                answer = next(work)
            except StopIteration:
                return
        yield answer


def end_process() -> None:
    """A thread can't be ended from outside, a process can: gunicorn starts a new one, and the pages ask once more."""
    logging.getLogger(__name__).critical("A step did not end within %g seconds: this worker ends.", STUCK)
    os._exit(STUCK_EXIT)


class Place:
    """One client's, from its arrival until it has received its answer or has left."""

    def __init__(
        self, admission: Admission, address: str, is_gone: Callable[[], bool], hang_up: Callable[[], object]
    ) -> None:
        self._admission = admission
        self.address = address
        self.pixels = 0  # that it holds while it waits or receives
        self.effort: int | None = None  # of its painting, in pixels, once it is known
        self.begun: float | None = None  # when its turn began
        self.finished = 0.0  # when it began to receive
        self.is_large = False
        self.is_gone = is_gone
        self.hang_up = hang_up

    def decode(self, read: Callable[[], Image.Image], options: PaintingOptions | None = None) -> Image.Image:
        """See Admission.decode()."""
        return self._admission.decode(self, read, options)

    def paint(self, photo: Image.Image, options: PaintingOptions) -> Image.Image:
        """The painting, once it is this one's turn and it is done. Raises GoneError, and TooLongError."""
        for step in self.steps(photo, options):
            last = step
        return cast(Image.Image, cast(Step, last).painting)

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Generator[Waiting | Step]:
        """The place in line, then the painter's steps. Raises GoneError, and TooLongError. Closing it cancels."""
        return self._admission.in_turn(self, "paint", self._admission.painter.steps(photo, options))

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` answers, called once it is its turn. Raises GoneError, and TooLongError."""
        self.is_large = True  # what is inspected is
        for answer in self._admission.in_turn(self, "inspect", (call() for call in (work,))):
            last = answer
        return cast(Result, last)

    def pass_on(self, painting: Image.Image) -> None:
        """Gives the place to the next at once; the painting counts until this one is closed."""
        self._admission.pass_on(self, painting.width * painting.height)

    def hold(self, file: bytes) -> None:
        """The painting is this file now, which is smaller."""
        self._admission.hold(self, len(file) // PIXEL)

    def close(self) -> None:
        """Gives the place to the next, and lets go of the painting. Once is enough, and more does no harm."""
        self._admission.leave(self)
