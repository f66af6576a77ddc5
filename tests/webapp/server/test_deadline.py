import threading

from patience import PATIENCE
from webapp.server.deadline import deadline


def test_who_is_too_late_is_acted_upon() -> None:
    acted = threading.Event()
    with deadline(0.01, acted.set):
        assert acted.wait(PATIENCE)


def test_who_is_in_time_is_not() -> None:
    acted = threading.Event()
    before = set(threading.enumerate())
    with deadline(10 * PATIENCE, acted.set):
        (timer,) = set(threading.enumerate()) - before
    timer.join(PATIENCE)
    assert not timer.is_alive()  # so nobody will act any more
    assert not acted.is_set()
