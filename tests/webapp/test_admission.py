from threading import Thread
from time import sleep

from cyclegan.painter import Painter, PaintingOptions, Pixels
from pictures import landscape
from webapp.admission import Admission

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
