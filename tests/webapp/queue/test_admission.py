from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from time import sleep

import pytest
from PIL import Image

from admitted import MANY, PHOTO, Clock, Observer, arrive, begin, last_position, paint
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter, Step
from patience import PATIENCE, wait_until
from pictures import landscape
from webapp.queue import admission as admission_module
from webapp.queue.admission import FILLED, Admission, BusyError, GoneError, Place, TooLongError, Waiting
from webapp.queue.pace import FIRST_GUESS


def test_one_painting_at_a_time(admission: Admission, observer: Observer) -> None:
    for thread in [paint(admission) for _ in range(4)]:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert observer.most == 1


def test_the_next_one_waits_until_the_place_is_closed(admission: Admission) -> None:
    place, steps = begin(admission, passes=5)
    next(steps)
    waiting = paint(admission)
    wait_until(lambda: last_position(admission) == 2, "The next one should wait.")
    assert waiting.is_alive()
    place.close()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_waiting_clients_hear_their_position_and_are_served_in_order(admission: Admission) -> None:
    (first_place, first), (second_place, second), (_, third) = (begin(admission) for _ in range(3))
    next(first)
    assert (next(second), next(third)) == (Waiting(1), Waiting(2))
    first_place.close()
    assert isinstance(next(second), Step)
    assert next(third) == Waiting(1)
    second_place.close()
    assert isinstance(next(third), Step)


def test_a_client_that_leaves_the_queue_frees_its_place(admission: Admission) -> None:
    (first_place, first), (second_place, second), (_, third) = (begin(admission) for _ in range(3))
    for steps in (first, second, third):
        next(steps)
    second_place.close()
    second_place.close()  # more does no harm
    assert next(third) == Waiting(1)
    first_place.close()
    assert isinstance(next(third), Step)


def test_a_waiting_client_gets_a_message_at_every_heartbeat(
    admission: Admission, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    wait_until(lambda: last_position(admission) == 2, "The other work should wait.")
    _, last = begin(admission)
    assert next(last) == Waiting(2)
    assert not responses
    first_place.close()
    thread.join(PATIENCE)
    assert responses == ["done"]
    assert isinstance(next(last), Step)


def test_the_queue_has_no_more_places_than_its_maximum() -> None:
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
    for _ in range(20):  # each takes far less than the first guess
        place, steps = begin(admission)
        list(steps)
        place.close()
    assert len([arrive(admission, str(number)) for number in range(12)]) == 12


@pytest.fixture
def queue(clock: Clock) -> Admission:
    """A queue of four usual turns that has measured how long one takes."""
    queue = Admission(Painter(clock), max_wait=4 / FILLED, max_turn=MANY, max_places=MANY, max_pixels=MANY)
    with closing(arrive(queue)) as place:
        list(steps_of(place, passes=1))
    return queue


def steps_of(place: Place, passes: int) -> Iterator[Waiting | Step]:
    options = PaintingOptions(passes=passes)
    return place.steps(place.decode(lambda: PHOTO, options), options)


def test_the_length_of_the_queue_follows_the_photos_in_it_not_earlier_ones(queue: Admission) -> None:
    first, _ = arrive(queue, "192.0.2.1"), arrive(queue, "192.0.2.2")
    arrive(queue, "192.0.2.3").close()
    steps_of(first, passes=3)
    with pytest.raises(BusyError) as error:
        arrive(queue, "192.0.2.3")
    assert error.value.retry_after == 4
    first.close()
    arrive(queue, "192.0.2.3")


def test_a_place_is_refused_after_the_upload_if_the_others_take_longer_than_expected(queue: Admission) -> None:
    first, second = arrive(queue, "192.0.2.1"), arrive(queue, "192.0.2.2")
    steps = steps_of(first, passes=5)
    next(steps)
    with pytest.raises(BusyError):
        steps_of(second, passes=1)
    list(steps)
    first.close()
    steps_of(second, passes=1)


def test_finished_steps_of_the_current_turn_do_not_count(queue: Admission) -> None:
    steps = steps_of(arrive(queue, "192.0.2.1"), passes=4)
    next(steps)
    with pytest.raises(BusyError) as error:
        arrive(queue, "192.0.2.2")
    assert error.value.retry_after == 4
    next(steps)
    arrive(queue, "192.0.2.2")


def test_an_overlong_turn_leaves_no_negative_wait(queue: Admission, clock: Clock) -> None:
    next(steps_of(arrive(queue, "192.0.2.1"), passes=1))
    clock.now += 100
    arrive(queue, "192.0.2.2")
    arrive(queue, "192.0.2.3")
    arrive(queue, "192.0.2.4")
    arrive(queue, "192.0.2.5")
    with pytest.raises(BusyError) as error:
        arrive(queue, "192.0.2.6")
    assert error.value.retry_after == 4


def test_one_address_has_no_more_than_its_share_of_the_wait(queue: Admission) -> None:
    steps_of(arrive(queue, "192.0.2.1"), passes=2)
    with pytest.raises(BusyError):
        arrive(queue, "192.0.2.1")
    arrive(queue, "192.0.2.2")


def test_the_current_turn_does_not_count_for_its_address(queue: Admission) -> None:
    next(steps_of(arrive(queue, "192.0.2.1"), passes=2))
    arrive(queue, "192.0.2.1")


def test_slow_paintings_leave_fewer_places_but_always_one(clock: Clock) -> None:
    admission = Admission(Painter(clock), max_wait=0.1, max_turn=MANY, max_places=MANY, max_pixels=MANY)
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


def test_a_disconnected_client_is_noticed_in_the_queue_and_during_its_turn(admission: Admission) -> None:
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


def test_an_overlong_turn_ends_at_its_next_step(clock: Clock) -> None:
    admission = Admission(Painter(clock), MANY, max_turn=1.5, max_places=MANY, max_pixels=MANY)
    place, steps = begin(admission, passes=5)
    with pytest.raises(TooLongError):
        list(steps)
    place.close()
    place, steps = begin(admission)
    assert isinstance(next(steps), Step)


def test_a_turn_whose_last_step_is_done_is_kept_however_long_it_took(clock: Clock) -> None:
    admission = Admission(Painter(clock), MANY, max_turn=0.5, max_places=MANY, max_pixels=MANY)
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


def test_all_photos_together_hold_no_more_pixels_than_the_limit() -> None:
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


def test_a_photo_of_any_size_is_decoded_when_no_other_is_held() -> None:
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
        thread.join(PATIENCE)
    assert most == 1
