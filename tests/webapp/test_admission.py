from threading import Thread
from time import sleep

import pytest

from cyclegan.painter import Painter, PaintingOptions, Pixels, Step
from pictures import landscape
from webapp import admission as admission_module
from webapp.admission import Admission, Waiting

PHOTO = landscape(8, 8)
LIMIT = 10  # seconds after which a thread counts as stuck


class Observer:
    """An engine that sees how many paint at once."""

    def __init__(self) -> None:
        self.active = 0
        self.most = 0

    def paint(self, photo: Pixels) -> Pixels:
        self.active += 1
        self.most = max(self.most, self.active)
        sleep(0.01)
        self.active -= 1
        return photo


def paint(admission: Admission) -> Thread:
    thread = Thread(target=lambda: list(admission.steps(PHOTO, PaintingOptions(passes=3))), daemon=True)
    thread.start()
    return thread


def test_one_painting_at_a_time() -> None:
    observer = Observer()
    admission = Admission(Painter(observer))
    for thread in [paint(admission) for _ in range(4)]:
        thread.join(LIMIT)
        assert not thread.is_alive()
    assert observer.most == 1


def test_the_next_one_waits_until_the_steps_are_dropped() -> None:
    admission = Admission(Painter(Observer()))
    steps = admission.steps(PHOTO, PaintingOptions(passes=5))
    next(steps)
    waiting = paint(admission)
    waiting.join(0.2)
    assert waiting.is_alive()
    del steps
    waiting.join(LIMIT)
    assert not waiting.is_alive()


def test_those_who_wait_are_told_their_place_and_painted_in_their_order() -> None:
    admission = Admission(Painter(Observer()))
    first = admission.steps(PHOTO, PaintingOptions())
    next(first)
    second, third = (admission.steps(PHOTO, PaintingOptions()) for _ in range(2))
    assert (next(second), next(third)) == (Waiting(1), Waiting(2))
    first.close()
    assert isinstance(next(second), Step)
    assert next(third) == Waiting(1)
    second.close()
    assert isinstance(next(third), Step)


def test_who_leaves_the_line_gives_the_place_to_the_next() -> None:
    admission = Admission(Painter(Observer()))
    first, second, third = (admission.steps(PHOTO, PaintingOptions()) for _ in range(3))
    for steps in (first, second, third):
        next(steps)
    second.close()
    assert next(third) == Waiting(1)
    first.close()
    assert isinstance(next(third), Step)


def test_who_waits_hears_from_the_server_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_module, "HEARTBEAT", 0.01)
    admission = Admission(Painter(Observer()))
    first, second = (admission.steps(PHOTO, PaintingOptions()) for _ in range(2))
    next(first)
    assert [next(second) for _ in range(3)] == [Waiting(1)] * 3


def test_other_work_takes_its_turn_between_paintings() -> None:
    admission = Admission(Painter(Observer()))
    first = admission.steps(PHOTO, PaintingOptions())
    next(first)
    answers: list[str] = []
    thread = Thread(target=lambda: answers.append(admission.run(lambda: "done")), daemon=True)
    thread.start()
    thread.join(0.2)
    last = admission.steps(PHOTO, PaintingOptions())
    assert next(last) == Waiting(2)
    assert not answers
    first.close()
    thread.join(LIMIT)
    assert answers == ["done"]
    assert isinstance(next(last), Step)


def test_work_that_fails_gives_the_place_to_the_next() -> None:
    admission = Admission(Painter(Observer()))
    with pytest.raises(ZeroDivisionError):
        admission.run(lambda: 1 // 0)
    assert admission.run(lambda: 1) == 1
