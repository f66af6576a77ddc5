from threading import Event

from webapp.server.deadline import deadline

LIMIT = 10  # seconds; far more than it takes


def test_who_is_too_late_is_acted_upon() -> None:
    acted = Event()
    with deadline(0.01, acted.set):
        assert acted.wait(LIMIT)


def test_who_is_in_time_is_not() -> None:
    acted = Event()
    with deadline(0.05, acted.set):
        pass
    assert not acted.wait(0.1)
