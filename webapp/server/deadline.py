"""Limits the time of code that can't be interrupted: another thread acts when the time is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer


@contextmanager
def deadline(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Calls `act` in another thread after `seconds`, unless the body of the with statement has ended by then."""
    timer = Timer(seconds, act)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
