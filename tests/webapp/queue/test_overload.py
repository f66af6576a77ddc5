"""Tests how the real server handles more clients than it can paint for."""

import json
import socket
from collections.abc import Iterator
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from crowd import ask, connect, head, is_let_in, painted, wait_until_let_in, waiting
from patience import PATIENCE, wait_until
from serving import MANY, gunicorn
from uploads import file_of, form, long_painting

ENVIRONMENT = {"MONET_MAX_TURN": str(MANY), "MONET_TRUSTED_PROXIES": "1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Yields a server with room for one painting and one waiting client, as it has to guess how long a turn takes."""
    with gunicorn(env=ENVIRONMENT | {"MONET_MAX_WAIT": "1"}) as (address, _):
        yield address


def refused(server: str, address: str) -> tuple[int, int, str]:
    """Sends only the head of a request; returns the status, the seconds of Retry-After and the sentence."""
    connection = connect(server)
    connection.putrequest("POST", "/api/paint")
    for name, value in head(address, 20_000_000).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    sentence = json.loads(response.read())["error"]
    connection.close()
    return response.status, int(response.headers["Retry-After"]), sentence


def wait_for_queue(server: str, length: int) -> None:
    sample = f"\nmonet_queue_length {length}.0\n"
    wait_until(
        lambda: sample in urlopen(f"{server}/metrics", timeout=PATIENCE).read().decode(),
        f"{length} clients should have a place.",
    )


def test_when_the_queue_is_full_clients_get_503_before_they_upload(server: str) -> None:
    with painted(server, long_painting()), waiting(server, long_painting()):
        status, retry_after, sentence = refused(server, "192.0.2.3")
        assert status == 503
        assert retry_after >= 1
        assert sentence == f"The server is busy. Try again in {retry_after} seconds."
        health = connect(server)
        health.request("GET", "/healthz")
        assert health.getresponse().status == 200
        health.close()
    wait_until_let_in(server, "192.0.2.3")


def test_one_address_does_not_get_all_places() -> None:
    with (
        gunicorn(env=ENVIRONMENT | {"MONET_MAX_WAIT": "2"}) as (server, _),
        painted(server, long_painting()),
        waiting(server, long_painting()),
    ):
        assert refused(server, "192.0.2.2")[0] == 503
        wait_until_let_in(server, "192.0.2.3")
        assert refused(server, "192.0.2.2")[0] == 503


@pytest.mark.parametrize("accept", ["text/event-stream", "image/jpeg"])
def test_a_waiting_client_that_hangs_up_frees_its_place(server: str, accept: str) -> None:
    with painted(server, long_painting()):
        wait_until_let_in(server, "192.0.2.2")
        leaving = ask(server, "192.0.2.2", long_painting(), accept)
        # Until the leaving client has its place, another client that asks for one might take it.
        wait_for_queue(server, 2)
        assert not is_let_in(server, "192.0.2.3")
        assert isinstance(leaving.sock, socket.socket)
        leaving.close()
        wait_until_let_in(server, "192.0.2.3")


def noise(width: int, height: int) -> bytes:
    """The body of a request for a painting that is the photo itself, and as large as it: three bytes a pixel."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    body, _ = form(file_of(Image.fromarray(pixels)), strength="0", size="full")
    return body


@pytest.mark.parametrize("accept", ["image/png", "text/event-stream"])
def test_a_large_painting_counts_until_it_is_received(accept: str) -> None:
    large, small = noise(1800, 1400), noise(1400, 1000)
    with gunicorn(env=ENVIRONMENT | {"MONET_MAX_WAIT": str(MANY), "MONET_MAX_PIXELS": "3000000"}) as (server, _):
        slow = ask(server, "192.0.2.1", large, accept)
        receiving = slow.getresponse()
        while accept == "text/event-stream" and receiving.readline() != b"event: painting\n":
            pass
        assert status_of(server, small) == 503
        assert receiving.read()
        slow.close()
        wait_until(lambda: status_of(server, small) == 200, "There should be room for the next large painting.")


def status_of(server: str, content: bytes) -> int:
    connection = ask(server, "192.0.2.2", content, "image/png")
    response = connection.getresponse()
    assert response.read()
    connection.close()
    return response.status
