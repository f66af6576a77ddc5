"""Engines and clients for the tests of the queue, which need no network and no HTTP."""

from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from time import sleep

from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Step
from cyclegan.pictures import Pixels
from pictures import landscape
from webapp.queue.admission import Admission, Place, Waiting

PHOTO = landscape(8, 8)
MANY = 100  # places, seconds


class Observer:
    """An engine that counts how many paintings are made at once."""

    whole = 1024  # pixels

    def __init__(self) -> None:
        self.active = 0
        self.most = 0

    def paint(self, photo: Pixels) -> Pixels:
        self.active += 1
        self.most = max(self.most, self.active)
        sleep(0.01)
        self.active -= 1
        return photo


class Clock:
    """A clock and an engine in one: each pass advances it by a second."""

    whole = 1024  # pixels

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def paint(self, photo: Pixels) -> Pixels:
        self.now += 1
        return photo


def arrive(admission: Admission, address: str = "") -> Place:
    return admission.arrive(address, lambda: False)


def begin(admission: Admission, passes: int = 1) -> tuple[Place, Iterator[Waiting | Step]]:
    place = arrive(admission)
    return place, place.steps(PHOTO, PaintingOptions(passes=passes))


def last_position(admission: Admission) -> int:
    """Returns how many are before a client that comes now. Somebody must be at work."""
    place, steps = begin(admission)
    with closing(place):
        told = next(steps)
    assert isinstance(told, Waiting)
    return told.position


def paint(admission: Admission) -> Thread:
    def work() -> None:
        place, steps = begin(admission, passes=3)
        list(steps)
        place.close()

    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread
