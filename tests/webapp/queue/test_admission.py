from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from threading import Thread
from time import sleep

import pytest
from PIL import Image

from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter, Step
from cyclegan.pictures import Pixels
from pictures import landscape
from webapp.queue import admission as admission_module
from webapp.queue.admission import FAIR, FILLED, Admission, BusyError, GoneError, Place, TooLongError, Waiting
from webapp.queue.pace import FIRST_GUESS

PHOTO = landscape(8, 8)
LIMIT = 300  # seconds after which a thread counts as stuck
MANY = 100  # places, seconds


class Observer:
    """An engine that sees how many paint at once."""

    whole = 1024  # pixels

    def __init__(self, seconds: float = 0.01) -> None:
        self.seconds = seconds
        self.active = 0
        self.most = 0

    def paint(self, photo: Pixels) -> Pixels:
        self.active += 1
        self.most = max(self.most, self.active)
        sleep(self.seconds)
        self.active -= 1
        return photo


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def admission(observer: Observer) -> Admission:
    return Admission(Painter(observer), max_wait=MANY, max_turn=MANY, max_places=MANY, max_pixels=MANY)


def arrive(admission: Admission, address: str = "") -> Place:
    return admission.arrive(address, lambda: False)


def begin(admission: Admission, passes: int = 1) -> tuple[Place, Iterator[Waiting | Step]]:
    place = arrive(admission)
    return place, place.steps(PHOTO, PaintingOptions(passes=passes))


def paint(admission: Admission) -> Thread:
    def work() -> None:
        place, steps = begin(admission, passes=3)
        list(steps)
        place.close()

    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_one_painting_at_a_time(admission: Admission, observer: Observer) -> None:
    for thread in [paint(admission) for _ in range(4)]:
        thread.join(LIMIT)
        assert not thread.is_alive()
    assert observer.most == 1


def test_the_next_one_waits_until_the_place_is_closed(admission: Admission) -> None:
    place, steps = begin(admission, passes=5)
    next(steps)
    waiting = paint(admission)
    waiting.join(0.2)
    assert waiting.is_alive()
    place.close()
    waiting.join(LIMIT)
    assert not waiting.is_alive()


def test_those_who_wait_are_told_their_place_and_painted_in_their_order(admission: Admission) -> None:
    (first_place, first), (second_place, second), (_, third) = (begin(admission) for _ in range(3))
    next(first)
    assert (next(second), next(third)) == (Waiting(1), Waiting(2))
    first_place.close()
    assert isinstance(next(second), Step)
    assert next(third) == Waiting(1)
    second_place.close()
    assert isinstance(next(third), Step)


def test_who_leaves_the_line_gives_the_place_to_the_next(admission: Admission) -> None:
    (first_place, first), (second_place, second), (_, third) = (begin(admission) for _ in range(3))
    for steps in (first, second, third):
        next(steps)
    second_place.close()
    second_place.close()  # more does no harm
    assert next(third) == Waiting(1)
    first_place.close()
    assert isinstance(next(third), Step)


def test_who_waits_hears_from_the_server_again_and_again(admission: Admission, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_module, "HEARTBEAT", 0.01)
    (_, first), (_, second) = begin(admission), begin(admission)
    next(first)
    assert [next(second) for _ in range(3)] == [Waiting(1)] * 3


def test_other_work_takes_its_turn_between_paintings(admission: Admission) -> None:
    first_place, first = begin(admission)
    next(first)
    responses: list[str] = []
    place = arrive(admission)

    def work() -> None:
        responses.append(place.run(lambda: "done"))
        place.close()

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(0.2)
    _, last = begin(admission)
    assert next(last) == Waiting(2)
    assert not responses
    first_place.close()
    thread.join(LIMIT)
    assert responses == ["done"]
    assert isinstance(next(last), Step)


def test_there_are_no_more_places_than_told() -> None:
    admission = Admission(Painter(Observer()), max_wait=MANY, max_turn=MANY, max_places=3, max_pixels=MANY)
    places = [arrive(admission, str(number)) for number in range(3)]
    with pytest.raises(BusyError) as error:
        arrive(admission)
    assert error.value.retry_after == pytest.approx(3 * FIRST_GUESS, abs=0.5)
    places[1].close()
    arrive(admission)


def test_there_are_as_many_places_as_can_be_painted_within_the_wait() -> None:
    admission = Admission(
        Painter(Observer()), max_wait=4 * FIRST_GUESS / FILLED, max_turn=MANY, max_places=MANY, max_pixels=MANY
    )
    places = [arrive(admission, str(number)) for number in range(4)]
    with pytest.raises(BusyError):
        arrive(admission)
    for place in places:
        place.close()
    for _ in range(20):  # which take far less than was guessed
        place, steps = begin(admission)
        list(steps)
        place.close()
    assert len([arrive(admission, str(number)) for number in range(12)]) == 12


class Clock:
    """An engine that takes a second of its own time for each pass."""

    whole = 1024  # pixels

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def paint(self, photo: Pixels) -> Pixels:
        self.now += 1
        return photo


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(admission_module, "monotonic", clock)
    return clock


@pytest.fixture
def line(clock: Clock) -> Admission:
    """Four usual turns long, and it knows how long those take."""
    line = Admission(Painter(clock), max_wait=4 / FILLED, max_turn=MANY, max_places=MANY, max_pixels=MANY)
    with closing(arrive(line)) as place:
        list(steps_of(place, passes=1))
    return line


def steps_of(place: Place, passes: int) -> Iterator[Waiting | Step]:
    options = PaintingOptions(passes=passes)
    return place.steps(place.decode(lambda: PHOTO, options), options)


def test_the_line_is_as_long_as_what_is_in_it_takes_and_not_as_long_as_others_took(line: Admission) -> None:
    first, _ = arrive(line, "192.0.2.1"), arrive(line, "192.0.2.2")
    arrive(line, "192.0.2.3").close()
    steps_of(first, passes=3)
    with pytest.raises(BusyError) as error:
        arrive(line, "192.0.2.3")
    assert error.value.retry_after == 4
    first.close()
    arrive(line, "192.0.2.3")


def test_who_has_a_place_is_refused_where_others_turn_out_to_take_longer(line: Admission) -> None:
    first, second = arrive(line, "192.0.2.1"), arrive(line, "192.0.2.2")
    steps = steps_of(first, passes=5)
    next(steps)
    with pytest.raises(BusyError):
        steps_of(second, passes=1)
    list(steps)
    first.close()
    steps_of(second, passes=1)


def test_what_is_painted_already_need_not_be_waited_for(line: Admission) -> None:
    steps = steps_of(arrive(line, "192.0.2.1"), passes=4)
    next(steps)
    with pytest.raises(BusyError) as error:
        arrive(line, "192.0.2.2")
    assert error.value.retry_after == 4
    next(steps)
    arrive(line, "192.0.2.2")


def test_a_turn_that_takes_longer_than_was_thought_leaves_no_negative_wait(line: Admission, clock: Clock) -> None:
    next(steps_of(arrive(line, "192.0.2.1"), passes=1))
    clock.now += 100
    arrive(line, "192.0.2.2")
    arrive(line, "192.0.2.3")
    arrive(line, "192.0.2.4")
    arrive(line, "192.0.2.5")
    with pytest.raises(BusyError) as error:
        arrive(line, "192.0.2.6")
    assert error.value.retry_after == 4


def test_one_address_has_no_more_than_its_share_of_the_wait(line: Admission) -> None:
    steps_of(arrive(line, "192.0.2.1"), passes=2)
    with pytest.raises(BusyError):
        arrive(line, "192.0.2.1")
    arrive(line, "192.0.2.2")


def test_what_is_painted_does_not_count_for_its_address(line: Admission) -> None:
    next(steps_of(arrive(line, "192.0.2.1"), passes=2))
    arrive(line, "192.0.2.1")


def test_slow_paintings_leave_fewer_places_but_always_one() -> None:
    admission = Admission(Painter(Observer(seconds=0.5)), max_wait=0.1, max_turn=MANY, max_places=MANY, max_pixels=MANY)
    for _ in range(2):
        place, steps = begin(admission)
        with pytest.raises(BusyError):
            arrive(admission)
        list(steps)
        place.close()


def test_one_address_has_no_more_than_its_share() -> None:
    admission = Admission(Painter(Observer()), max_wait=MANY, max_turn=MANY, max_places=8, max_pixels=MANY)
    mine = [arrive(admission, "192.0.2.1") for _ in range(4)]
    with pytest.raises(BusyError):
        arrive(admission, "192.0.2.1")
    arrive(admission, "192.0.2.2")
    mine[0].close()
    arrive(admission, "192.0.2.1")


def test_who_has_gone_is_noticed_in_line_and_while_it_is_painted(admission: Admission) -> None:
    gone = False
    first = admission.arrive("", lambda: gone)
    second = admission.arrive("", lambda: gone)
    first_steps = first.steps(PHOTO, PaintingOptions(passes=5))
    second_steps = second.steps(PHOTO, PaintingOptions())
    next(first_steps)
    next(second_steps)
    gone = True
    with pytest.raises(GoneError):
        next(first_steps)
    with pytest.raises(GoneError):
        next(second_steps)


def test_a_turn_that_takes_too_long_is_given_up_at_its_next_step() -> None:
    admission = Admission(Painter(Observer()), MANY, max_turn=0.015, max_places=MANY, max_pixels=MANY)
    place, steps = begin(admission, passes=5)
    with pytest.raises(TooLongError):
        list(steps)
    place.close()
    place, steps = begin(admission)
    assert isinstance(next(steps), Step)


def test_the_last_step_is_not_given_up_however_long_it_took() -> None:
    admission = Admission(Painter(Observer(0.5)), MANY, max_turn=0.2, max_places=MANY, max_pixels=MANY)
    _, steps = begin(admission)
    *_, last = steps
    assert isinstance(last, Step)
    assert last.painting


def test_work_that_fails_gives_the_place_to_the_next(admission: Admission) -> None:
    place = arrive(admission)
    with pytest.raises(ZeroDivisionError):
        place.run(lambda: 1 // 0)
    place.close()
    assert arrive(admission).run(lambda: 1) == 1


def test_all_together_hold_no_more_pixels_than_one_may() -> None:
    admission = Admission(Painter(Observer()), max_wait=MANY, max_turn=MANY, max_places=MANY, max_pixels=100)
    first, second = arrive(admission), arrive(admission)
    assert first.decode(lambda: PHOTO) is PHOTO  # 64 pixels
    with pytest.raises(BusyError):
        second.decode(lambda: PHOTO)
    steps = first.steps(PHOTO, PaintingOptions())
    next(steps)  # the one at work does not wait any more
    assert second.decode(lambda: PHOTO) is PHOTO
    third = arrive(admission)
    with pytest.raises(BusyError):
        third.decode(lambda: PHOTO)
    second.close()
    assert third.decode(lambda: PHOTO) is PHOTO


def test_a_photo_is_decoded_however_large_where_nobody_holds_one() -> None:
    admission = Admission(Painter(Observer()), max_wait=MANY, max_turn=MANY, max_places=MANY, max_pixels=1)
    assert arrive(admission).decode(lambda: PHOTO) is PHOTO


def test_one_photo_at_a_time_is_decoded(admission: Admission) -> None:
    active, most = 0, 0

    def read() -> Image.Image:
        nonlocal active, most
        active += 1
        most = max(most, active)
        sleep(0.01)
        active -= 1
        return landscape(1, 1)

    threads = [Thread(target=lambda: arrive(admission).decode(read), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert most == 1


def receive(admission: Admission, address: str, hang_up: Callable[[], object] = lambda: None) -> Place:
    """Somebody whose painting, of 64 pixels, is on its way to them."""
    place = admission.arrive(address, lambda: False, hang_up)
    place.pass_on(place.paint(place.decode(lambda: PHOTO), PaintingOptions()))
    return place


def test_a_painting_counts_until_it_is_received(admission: Admission) -> None:
    receiving, other = receive(admission, "192.0.2.1"), arrive(admission, "192.0.2.2")
    with pytest.raises(BusyError):
        other.decode(lambda: PHOTO)
    receiving.close()
    receiving.close()  # more does no harm
    other.decode(lambda: PHOTO)


def test_a_file_counts_as_what_it_takes_in_pixels(admission: Admission) -> None:
    receiving, other = receive(admission, "192.0.2.1"), arrive(admission, "192.0.2.2")
    receiving.hold(bytes(4 * (MANY - 64) + 4))
    with pytest.raises(BusyError):
        other.decode(lambda: PHOTO)
    receiving.hold(bytes(4 * (MANY - 64)))
    other.decode(lambda: PHOTO)
    receiving.close()
    receiving.hold(bytes(4 * MANY))  # too late
    arrive(admission, "192.0.2.3").decode(lambda: Image.new("RGB", (6, 6)))


def test_who_receives_keeps_nobody_waiting(admission: Admission) -> None:
    place, steps = begin(admission)
    painting = last(steps)
    waiting = paint(admission)
    waiting.join(0.2)
    assert waiting.is_alive()
    place.pass_on(painting)
    waiting.join(LIMIT)
    assert not waiting.is_alive()


def last(steps: Iterator[Waiting | Step]) -> Image.Image:
    *_, step = steps
    assert isinstance(step, Step)
    assert step.painting is not None
    return step.painting


def test_those_who_receive_leave_threads_to_others() -> None:
    admission = Admission(Painter(Observer()), max_wait=MANY, max_turn=MANY, max_places=4, max_pixels=10**6)
    receive(admission, "192.0.2.1"), receive(admission, "192.0.2.1")
    with pytest.raises(BusyError):
        arrive(admission, "192.0.2.1")
    receive(admission, "192.0.2.2")
    received = receive(admission, "192.0.2.3")
    with pytest.raises(BusyError):
        arrive(admission, "192.0.2.4")
    received.close()
    arrive(admission, "192.0.2.4")


def test_who_receives_for_longer_than_is_fair_makes_room_and_nobody_else(clock: Clock) -> None:
    admission = Admission(Painter(clock), max_wait=MANY, max_turn=MANY, max_places=MANY, max_pixels=200)
    left: list[str] = []
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        receive(admission, address, partial(left.append, address))
        clock.now += FAIR / 2
    other = arrive(admission, "192.0.2.4")
    other.decode(lambda: PHOTO)
    assert left == ["192.0.2.1"]
    clock.now += FAIR / 2 - 2
    with pytest.raises(BusyError):
        arrive(admission, "192.0.2.5").decode(lambda: Image.new("RGB", (16, 8)))
    assert left == ["192.0.2.1", "192.0.2.2"]


def test_who_receives_for_longer_than_is_fair_leaves_a_thread_to_others(clock: Clock) -> None:
    admission = Admission(Painter(clock), max_wait=MANY, max_turn=MANY, max_places=2, max_pixels=10**6)
    left: list[str] = []
    for address in ("192.0.2.1", "192.0.2.2"):
        receive(admission, address, partial(left.append, address))
    with pytest.raises(BusyError):
        arrive(admission, "192.0.2.3")
    clock.now += FAIR
    arrive(admission, "192.0.2.3")
    assert left == ["192.0.2.1"]
