"""A bounded line in front of the engine."""

import logging
import math
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Condition, Lock
from time import monotonic
from typing import Final, TypeVar, cast

from PIL import Image

from cyclegan.painter import Painter, PaintingOptions, Step
from webapp.deadline import deadline
from webapp.memory import give_back
from webapp.metrics import LINE, Stage
from webapp.telemetry import stage, timed

Result = TypeVar("Result")

# Seconds between two words to somebody who waits, so that no proxy takes the silence for the end.
HEARTBEAT: Final = 1.0
WATCH: Final = 0.2  # seconds between two looks whether somebody who waits is still there
FIRST_GUESS: Final = 0.5  # seconds of a turn, until some have been measured
SHARE: Final = 0.5  # of the places that one address may have
INERTIA: Final = 0.9  # of the measured seconds: one large photo must not close the line
# Seconds of one step of a turn, such as a tile, or of decoding. Longer is not slow but never ends.
STUCK: Final = 30.0
STUCK_EXIT: Final = 70  # the worker's exit code then: "internal software error" in sysexits.h
LARGE: Final = 2**19  # pixels of a decoded photo, after which memory is given back


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

    There are as many places as turns are likely to be done within `max_wait` seconds, and at most `max_places`. A place
    is given before the upload is read, so that none is read in vain; the order is that in which they are ready.
    Who waits holds a photo, all together at most `max_pixels`; one photo at a time is decoded. Many large ones would
    fill the memory. A turn ends after `max_turn` seconds, at its next step; the process ends where no step comes.
    """

    def __init__(self, painter: Painter, max_wait: float, max_turn: float, max_places: int, max_pixels: int) -> None:
        self.painter = painter
        self._max_pixels = max_pixels
        self._pixels = 0  # held by those who wait
        self._decoding = Lock()
        self._max_wait = max_wait
        self._max_turn = max_turn
        self._max_places = max_places
        self._seconds = FIRST_GUESS  # of a turn
        self._of_address: Counter[str] = Counter()  # places
        self._line: deque[Place] = deque()  # the first is at work
        self._moved = Condition()

    def arrive(self, address: str, is_gone: Callable[[], bool]) -> "Place":
        """Raises BusyError where no place is free, for anybody or for this address. Whoever gets one must close it."""
        with self._moved:
            places = max(1, min(self._max_places, int(self._max_wait / self._seconds)))
            share = math.ceil(places * SHARE)
            if self._of_address.total() >= places or self._of_address[address] >= share:
                raise self._busy()
            self._of_address[address] += 1
        LINE.inc()
        return Place(self, address, is_gone)

    def decode(self, place: "Place", read: Callable[[], Image.Image]) -> Image.Image:
        """What `read` answers. Raises BusyError where the others hold too much for it to be kept as well."""
        with self._decoding, deadline(STUCK, end_process), stage("decode"):
            photo = read()
        pixels = photo.width * photo.height
        with self._moved:
            if self._pixels and self._pixels + pixels > self._max_pixels:
                raise self._busy()
            self._pixels += pixels
            place.pixels += pixels
        place.is_large = pixels > LARGE
        return photo

    def in_turn(self, place: "Place", name: Stage, work: Iterator[Result]) -> Iterator[Waiting | Result]:
        """The place in line, then what `work` answers, which must not begin before it is asked.

        Raises GoneError, and TooLongError.
        """
        with self._moved:
            self._line.append(place)
        with stage("wait"):
            while position := self._position(place):
                yield Waiting(position)
                self._wait(place, position)
        with self._moved:
            self._drop_pixels(place)
        begun = monotonic()
        is_over = False
        for answer in timed(name, stepwise(work)):
            if place.is_gone():
                raise GoneError
            if is_over:  # and yet there was something left to do
                raise TooLongError
            yield answer
            is_over = monotonic() - begun > self._max_turn
        with self._moved:
            self._seconds = INERTIA * self._seconds + (1 - INERTIA) * (monotonic() - begun)

    def leave(self, place: "Place") -> None:
        with self._moved:
            self._drop_pixels(place)
            self._of_address[place.address] -= 1
            self._of_address += Counter()  # forgets those that have none
            if place in self._line:
                self._line.remove(place)
            self._moved.notify_all()
        LINE.dec()
        if place.is_large:
            give_back()

    def _busy(self) -> BusyError:
        return BusyError(math.ceil(self._of_address.total() * self._seconds))

    def _drop_pixels(self, place: "Place") -> None:
        self._pixels -= place.pixels
        place.pixels = 0

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
    """One client's, from its arrival until its answer is made or it has left."""

    def __init__(self, admission: Admission, address: str, is_gone: Callable[[], bool]) -> None:
        self._admission = admission
        self._has_left = False
        self.address = address
        self.pixels = 0  # that it holds while it waits
        self.is_large = False
        self.is_gone = is_gone

    def decode(self, read: Callable[[], Image.Image]) -> Image.Image:
        """What `read` answers. Raises BusyError where the others hold too much for it to be kept as well."""
        return self._admission.decode(self, read)

    def paint(self, photo: Image.Image, options: PaintingOptions) -> Image.Image:
        """The painting, once it is this one's turn and it is done. Raises GoneError, and TooLongError."""
        for step in self.steps(photo, options):
            last = step
        return cast(Image.Image, cast(Step, last).painting)

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Waiting | Step]:
        """The place in line, then the painter's steps. Raises GoneError, and TooLongError."""
        return self._admission.in_turn(self, "paint", self._admission.painter.steps(photo, options))

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` answers, called once it is its turn. Raises GoneError, and TooLongError."""
        self.is_large = True  # what is inspected is
        for answer in self._admission.in_turn(self, "inspect", (call() for call in (work,))):
            last = answer
        return cast(Result, last)

    def close(self) -> None:
        """Gives the place to the next. Once is enough, and more does no harm."""
        if not self._has_left:
            self._has_left = True
            self._admission.leave(self)
