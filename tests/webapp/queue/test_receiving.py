"""Clients that are still receiving their painting."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PIL import Image

from admitted import MANY, PHOTO, Clock, Observer, arrive, begin, last_position, paint
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter, Step
from patience import PATIENCE, wait_until
from webapp.queue.admission import FAIR, Admission, BusyError, Place, Waiting


def receive(admission: Admission, address: str, hang_up: Callable[[], object] = lambda: None) -> Place:
    """Returns the place of a client to which a painting of 64 pixels is being sent."""
    place = admission.arrive(address, lambda: False, hang_up)
    place.pass_on(place.paint(place.decode(lambda: PHOTO), PaintingOptions()))
    return place


def test_a_painting_counts_until_it_is_received(admission: Admission) -> None:
    receiving, other = receive(admission, "192.0.2.1"), arrive(admission, "192.0.2.2")
    with pytest.raises(BusyError):
        other.decode(lambda: PHOTO)
    receiving.close()
    receiving.close()  # closing twice does no harm
    other.decode(lambda: PHOTO)


def test_an_encoded_painting_counts_by_its_bytes(admission: Admission) -> None:
    receiving, other = receive(admission, "192.0.2.1"), arrive(admission, "192.0.2.2")
    receiving.hold(bytes(4 * (MANY - 64) + 4))
    with pytest.raises(BusyError):
        other.decode(lambda: PHOTO)
    receiving.hold(bytes(4 * (MANY - 64)))
    other.decode(lambda: PHOTO)
    receiving.close()
    receiving.hold(bytes(4 * MANY))  # too late
    arrive(admission, "192.0.2.3").decode(lambda: Image.new("RGB", (6, 6)))


def test_a_receiving_client_does_not_hold_up_the_queue(admission: Admission) -> None:
    place, steps = begin(admission)
    painting = last(steps)
    waiting = paint(admission)
    wait_until(lambda: last_position(admission) == 2, "The next one should wait.")
    assert waiting.is_alive()
    place.pass_on(painting)
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def last(steps: Iterator[Waiting | Step]) -> Image.Image:
    *_, step = steps
    assert isinstance(step, Step)
    assert step.painting is not None
    return step.painting


def test_receiving_clients_leave_threads_to_others() -> None:
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


def test_only_clients_that_receive_for_too_long_make_room_for_a_photo(clock: Clock) -> None:
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


def test_a_client_that_receives_for_too_long_makes_room_for_a_place(clock: Clock) -> None:
    admission = Admission(Painter(clock), max_wait=MANY, max_turn=MANY, max_places=2, max_pixels=10**6)
    left: list[str] = []
    for address in ("192.0.2.1", "192.0.2.2"):
        receive(admission, address, partial(left.append, address))
    with pytest.raises(BusyError):
        arrive(admission, "192.0.2.3")
    clock.now += FAIR
    arrive(admission, "192.0.2.3")
    assert left == ["192.0.2.1"]
