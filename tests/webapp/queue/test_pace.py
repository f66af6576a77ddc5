import pytest

from webapp.queue.pace import FIRST_GUESS, RECENT, Pace


@pytest.fixture
def pace() -> Pace:
    return Pace()


def test_it_guesses_until_it_has_measured(pace: Pace) -> None:
    assert pace.usual() == FIRST_GUESS
    assert pace.seconds(1_000_000) == FIRST_GUESS


def test_estimates_are_proportional_to_the_pixels(pace: Pace) -> None:
    pace.note(0.1, 100)
    pace.note(0.5, 500)
    assert pace.seconds(1000) == pytest.approx(1)
    assert pace.seconds(0) == 0


def test_one_huge_photo_does_not_change_the_usual_time(pace: Pace) -> None:
    for _ in range(RECENT):
        pace.note(0.1, 100)
    pace.note(100, 100_000)
    assert pace.usual() == 0.1
    assert pace.seconds(100) == pytest.approx(0.1, rel=0.01)


def test_the_usual_time_follows_recent_work(pace: Pace) -> None:
    for _ in range(RECENT):
        pace.note(0.1, 100)
    for _ in range(RECENT // 2 + 1):
        pace.note(1, 500)
    assert pace.usual() == 1


def test_other_work_affects_the_usual_time_but_not_the_time_per_pixel(pace: Pace) -> None:
    pace.note(0.7)
    assert pace.usual() == 0.7
    assert pace.seconds(1_000_000) == 0.7
    pace.note(0.1, 100)
    assert pace.seconds(100) == pytest.approx(0.1)
