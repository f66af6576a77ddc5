"""An end to what can't be asked to end: somebody else acts when the time is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer


@contextmanager
def deadline(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Calls `act` in another thread, unless what is inside has ended by then."""
    timer = Timer(seconds, act)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
