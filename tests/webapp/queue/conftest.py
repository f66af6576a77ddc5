import pytest

from admitted import MANY, Clock, Observer
from cyclegan.paint.painter import Painter
from webapp.queue import admission as admission_module
from webapp.queue.admission import Admission


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def admission(observer: Observer) -> Admission:
    return Admission(Painter(observer), max_wait=MANY, max_turn=MANY, max_places=MANY, max_pixels=MANY)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(admission_module, "monotonic", clock)
    return clock
