"""A bounded queue in front of the engine."""

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

# Seconds between two messages to a waiting client, so that no proxy closes a silent connection.
HEARTBEAT: Final = 1.0
WATCH: Final = 0.2  # seconds between two checks whether a waiting client is still connected
SHARE: Final = 0.5  # of the places and of the wait that one address may take
FILLED: Final = 0.75  # of the wait that may be promised: under load, handling other requests slows the turns down
# Seconds that one step of a turn, such as a tile, or one decoding may take. A longer one is taken to hang for ever.
STUCK: Final = 30.0
STUCK_EXIT: Final = 70  # the worker's exit code in that case: "internal software error" in sysexits.h
LARGE: Final = 2**19  # pixels of a decoded photo above which memory is returned to the system after every step
PIXEL: Final = 4  # bytes in Pillow's memory
# Seconds that a client may take to receive its painting before it must make room for others.
FAIR: Final = 30.0


class BusyError(Exception):
    """The queue is full. After `retry_after` seconds there may be a free place."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Try again in {retry_after} seconds.")


class GoneError(Exception):
    """The client disconnected before its painting was done."""


class TooLongError(Exception):
    """A turn exceeded its time limit. A smaller size or fewer passes would not."""


@dataclass(frozen=True)
class Waiting:
    """The number of requests ahead of this one, repeated at every heartbeat."""

    position: int


class Admission:
    """Gives the engine, which uses every core, to one request at a time. The others wait in a queue.

    The queue has as many places as turns are expected to finish within `max_wait` seconds, judging by recent ones, and
    at most `max_places`. A request takes its place before its upload is read, so that few uploads are read in vain. It
    is checked again once its photo is decoded: by then the photos ahead are known, and so is how long they will take.
    Requests are served in the order in which their photos are ready.

    Waiting requests hold a photo, and responses in transit a painting: together at most `max_pixels`. Photos are
    decoded one at a time. Both limits keep several large photos from filling the memory. Waiting and receiving clients
    together number at most `max_places`, because each takes a thread. A client that has been receiving for longer than
    FAIR is disconnected when its room is needed.

    A turn that exceeds `max_turn` seconds ends at its next step. If no step ends, the process does.
    """

    def __init__(self, painter: Painter, max_wait: float, max_turn: float, max_places: int, max_pixels: int) -> None:
        self.painter = painter
        self._max_pixels = max_pixels
        self._pixels = 0  # of the photos that wait and the paintings that are being sent
        self._decoding = Lock()
        self._max_wait = max_wait
        self._max_turn = max_turn
        self._max_places = max_places
        self._pace = Pace()
        self._places: list[Place] = []  # from arrival until the painting is done
        self._queue: deque[Place] = deque()  # the places whose photo is ready; the first has its turn
        self._receiving: deque[Place] = deque()  # clients whose painting is being sent, the longest first
        self._moved = Condition()

    def arrive(
        self, address: str, is_gone: Callable[[], bool], hang_up: Callable[[], object] = lambda: None
    ) -> "Place":
        """Returns a place in the queue, which the caller must close. `address` identifies the client.

        `is_gone` returns whether the client has disconnected; `hang_up` disconnects it.
        Raises BusyError if the queue is full, or if this address has its share of it.
        """
        place = Place(self, address, is_gone, hang_up)
        with self._moved:
            # The current turn does not count: every address waits for it alike.
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
        """Returns the photo that `read` returns. It is to be painted with `options`, or inspected if there are none.

        Raises BusyError if the other requests hold too many pixels or will take too long.
        """
        with self._decoding, deadline(STUCK, end_process), stage("decode"):
            photo = read()
        pixels = photo.width * photo.height
        with self._moved:
            while self._is_too_much(pixels) and self._make_room():
                pass
            if self._is_full(self._queue, 1) or self._is_too_much(pixels):
                raise self._busy()
            self._hold(place, pixels)
            place.effort = self.painter.effort(photo.size, options) if options else None
        place.is_large = pixels > LARGE
        return photo

    def in_turn(self, place: "Place", name: Stage, work: Generator[Result]) -> Generator[Waiting | Result]:
        """Yields the position in the queue until it is this place's turn, then what `work` yields.

        `work` must do nothing before its first item is requested. Raises GoneError and TooLongError.
        """
        with self._moved:
            self._queue.append(place)
        with stage("wait"):
            while position := self._position(place):
                yield Waiting(position)
                self._wait(place, position)
        begun = monotonic()
        with self._moved:
            self._hold(place, 0)
            place.begun = begun
        is_over = False
        with closing(work):  # its clean-up after a cancellation belongs to this turn
            for item in timed(name, stepwise(work)):
                if place.is_gone():
                    raise GoneError
                if is_over:  # another step was left after the limit
                    raise TooLongError
                if place.is_large:
                    give_back()  # or the gaps between the buffers of one tile would grow with the next
                yield item
                is_over = monotonic() - begun > self._max_turn
        with self._moved:
            self._pace.note(monotonic() - begun, place.effort or 0)

    def pass_on(self, place: "Place", pixels: int) -> None:
        """Frees the place while its client still receives a painting of `pixels` pixels."""
        with self._moved:
            self._receiving.append(place)
            self._hold(place, pixels)
            place.finished = monotonic()
            self._free(place)
        self._note_left(place)

    def hold(self, place: "Place", pixels: int) -> None:
        """Replaces the number of pixels that count for a receiving client."""
        with self._moved:
            if place in self._receiving:
                self._hold(place, pixels)

    def leave(self, place: "Place") -> None:
        with self._moved:
            self._hold(place, 0)
            has_place = place in self._places
            if has_place:
                self._free(place)
            elif place in self._receiving:
                self._receiving.remove(place)
        if has_place:
            self._note_left(place)

    def _free(self, place: "Place") -> None:
        self._places.remove(place)
        if place in self._queue:
            self._queue.remove(place)
        self._moved.notify_all()

    def _note_left(self, place: "Place") -> None:
        QUEUE.dec()
        if place.is_large:
            give_back()

    def _make_room(self) -> bool:
        """Disconnects the client that has been receiving the longest, if longer than FAIR. Returns whether it did."""
        if not self._receiving or monotonic() - self._receiving[0].finished < FAIR:
            return False
        slow = self._receiving.popleft()
        self._hold(slow, 0)
        slow.hang_up()
        return True

    def _is_full(self, places: Collection["Place"], share: float, receiving: int = 0) -> bool:
        """Returns whether these places and `receiving` clients use up this share of the queue."""
        if len(places) + receiving >= share * self._max_places:
            return True
        return bool(places) and self._left(places) + self._pace.usual() > share * FILLED * self._max_wait

    def _is_too_much(self, pixels: int) -> bool:
        """Returns whether so many more pixels exceed the limit. A photo of any size may be held alone."""
        return self._pixels > 0 and self._pixels + pixels > self._max_pixels

    def _left(self, places: Collection["Place"]) -> float:
        """Returns the seconds until these are done."""
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
            return self._queue.index(place)

    def _wait(self, place: "Place", position: int) -> None:
        """Waits until the position changes, for at most a heartbeat. Raises GoneError."""
        until = monotonic() + HEARTBEAT
        with self._moved:
            while self._queue.index(place) == position and (left := until - monotonic()) > 0:
                if place.is_gone():
                    raise GoneError
                self._moved.wait(min(left, WATCH))


def stepwise(work: Iterator[Result]) -> Iterator[Result]:
    """Yields what `work` yields, but ends the process if a step hangs."""
    while True:
        with deadline(STUCK, end_process):
            try:
                item = next(work)
            except StopIteration:
                return
        yield item


def end_process() -> None:
    """Ends the worker, because a thread can't be ended. gunicorn starts another, and the pages repeat their request."""
    logging.getLogger(__name__).critical("A step did not end within %g seconds: this worker ends.", STUCK)
    os._exit(STUCK_EXIT)


class Place:
    """A client's place in the queue, from its arrival until it has received its response or has disconnected."""

    def __init__(
        self, admission: Admission, address: str, is_gone: Callable[[], bool], hang_up: Callable[[], object]
    ) -> None:
        self._admission = admission
        self.address = address
        self.pixels = 0  # held while it waits or receives
        self.effort: int | None = None  # of the painting, in pixels, once the photo is decoded
        self.begun: float | None = None  # the time at which its turn began
        self.finished = 0.0  # the time at which it began to receive
        self.is_large = False
        self.is_gone = is_gone
        self.hang_up = hang_up

    def decode(self, read: Callable[[], Image.Image], options: PaintingOptions | None = None) -> Image.Image:
        """See Admission.decode()."""
        return self._admission.decode(self, read, options)

    def paint(self, photo: Image.Image, options: PaintingOptions) -> Image.Image:
        """Waits for its turn and returns the painting. Raises GoneError and TooLongError."""
        for step in self.steps(photo, options):
            last = step
        return cast(Image.Image, cast(Step, last).painting)

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Generator[Waiting | Step]:
        """Yields the position in the queue, then the painter's steps. Closing it cancels the painting.

        Raises GoneError and TooLongError.
        """
        return self._admission.in_turn(self, "paint", self._admission.painter.steps(photo, options))

    def run(self, work: Callable[[], Result]) -> Result:
        """Waits for its turn, calls `work` and returns its result. Raises GoneError and TooLongError."""
        self.is_large = True  # the maps of an inspection are large
        for item in self._admission.in_turn(self, "inspect", (call() for call in (work,))):
            last = item
        return cast(Result, last)

    def pass_on(self, painting: Image.Image) -> None:
        """Frees the place at once. The painting still counts until the place is closed."""
        self._admission.pass_on(self, painting.width * painting.height)

    def hold(self, file: bytes) -> None:
        """Counts the encoded painting instead of its pixels."""
        self._admission.hold(self, len(file) // PIXEL)

    def close(self) -> None:
        """Frees the place and stops counting the painting. Closing twice does no harm."""
        self._admission.leave(self)
