import threading

from patience import PATIENCE
from webapp.server.deadline import deadline


def test_it_acts_when_the_time_is_over() -> None:
    acted = threading.Event()
    with deadline(0.01, acted.set):
        assert acted.wait(PATIENCE)


def test_it_does_not_act_once_the_block_has_ended() -> None:
    acted = threading.Event()
    before = set(threading.enumerate())
    with deadline(10 * PATIENCE, acted.set):
        (timer,) = set(threading.enumerate()) - before
    timer.join(PATIENCE)
    assert not timer.is_alive()  # so it can't act any more
    assert not acted.is_set()
