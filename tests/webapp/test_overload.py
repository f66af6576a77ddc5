"""What the real server does when more come than it can paint for."""

import json
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from time import monotonic, sleep
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from serving import gunicorn
from uploads import MULTIPART, file_of, form, long_painting

PATIENCE = 30  # seconds; far more than any of it takes


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """One is painted and one waits, for more would wait longer, as long as a turn is guessed to take."""
    with gunicorn(env={"MONET_MAX_WAIT": "1", "MONET_TRUSTED_PROXIES": "1"}) as (address, _):
        yield address


@pytest.fixture(scope="module")
def long_work() -> bytes:
    return long_painting(2800, 1800)


def head(address: str, length: int, accept: str = "text/event-stream") -> dict[str, str]:
    return {
        "Content-Type": MULTIPART,
        "Content-Length": str(length),
        "X-Forwarded-For": address,
        "Accept": accept,
    }


def ask(server: str, address: str, content: bytes, accept: str = "text/event-stream") -> HTTPConnection:
    connection = HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
    connection.request("POST", "/api/paint", content, head(address, len(content), accept))
    return connection


@contextmanager
def hearing(server: str, content: bytes, address: str, event: bytes) -> Iterator[None]:
    """Somebody at that address is told of the event before what is inside, and hangs up after it."""
    wait_for(server, address, let_in=True)
    connection = ask(server, address, content)
    answer = connection.getresponse()
    assert answer.status == 200
    while (line := answer.readline()) != b"event: " + event + b"\n":
        assert line
    yield
    connection.close()
    answer.close()


def painted(server: str, content: bytes) -> AbstractContextManager[None]:
    return hearing(server, content, "192.0.2.1", b"progress")


def waiting(server: str, content: bytes) -> AbstractContextManager[None]:
    return hearing(server, content, "192.0.2.2", b"queued")


def refused(server: str, address: str) -> tuple[int, int, str]:
    """The status, what Retry-After says and the sentence, for somebody who sends nothing but the head of a request."""
    connection = HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
    connection.putrequest("POST", "/api/paint")
    for name, value in head(address, 20_000_000).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    sentence = json.loads(answer.read())["error"]
    connection.close()
    return answer.status, int(answer.headers["Retry-After"]), sentence


def is_let_in(server: str, address: str) -> bool:
    """Whether somebody gets so far that it is noticed that there is no photo."""
    connection = ask(server, address, b"")
    status = connection.getresponse().status
    connection.close()
    assert status in (400, 503)
    return status == 400


def wait_for(server: str, address: str, let_in: bool) -> None:
    begun = monotonic()
    while is_let_in(server, address) is not let_in:
        assert monotonic() - begun < PATIENCE
        sleep(0.05)


def wait_for_line(server: str, length: int) -> None:
    begun = monotonic()
    while f"\nmonet_line_length {length}.0\n" not in urlopen(f"{server}/metrics").read().decode():
        assert monotonic() - begun < PATIENCE
        sleep(0.05)


def test_who_finds_no_place_is_told_when_to_come_again_before_anything_is_uploaded(
    server: str, long_work: bytes
) -> None:
    with painted(server, long_work), waiting(server, long_work):
        status, retry_after, sentence = refused(server, "192.0.2.3")
        assert status == 503
        assert retry_after >= 1
        assert sentence == f"Too many are painting at the moment. Try again in {retry_after} seconds."
        health = HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
        health.request("GET", "/healthz")
        assert health.getresponse().status == 200
        health.close()
    wait_for(server, "192.0.2.3", let_in=True)


def test_one_address_does_not_get_all_places(long_work: bytes) -> None:
    with (
        gunicorn(env={"MONET_MAX_WAIT": "2", "MONET_TRUSTED_PROXIES": "1"}) as (server, _),
        painted(server, long_work),
        waiting(server, long_work),
    ):
        assert refused(server, "192.0.2.2")[0] == 503
        wait_for(server, "192.0.2.3", let_in=True)
        assert refused(server, "192.0.2.2")[0] == 503


@pytest.mark.parametrize("accept", ["text/event-stream", "image/jpeg"])
def test_who_hangs_up_while_waiting_leaves_the_place_to_others(server: str, long_work: bytes, accept: str) -> None:
    with painted(server, long_work):
        wait_for(server, "192.0.2.2", let_in=True)
        leaving = ask(server, "192.0.2.2", long_work, accept)
        # Whoever asked for a place meanwhile might get that of the one who is to wait for it.
        wait_for_line(server, 2)
        assert not is_let_in(server, "192.0.2.3")
        assert isinstance(leaving.sock, socket.socket)
        leaving.close()
        wait_for(server, "192.0.2.3", let_in=True)


def noise(width: int, height: int) -> bytes:
    """The body of a request for a painting that is the photo itself, and as large as it: three bytes a pixel."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    body, _ = form(file_of(Image.fromarray(pixels)), strength="0", size="full")
    return body


@pytest.mark.parametrize("accept", ["image/png", "text/event-stream"])
def test_a_large_painting_counts_until_it_is_received(accept: str) -> None:
    large, small = noise(1800, 1400), noise(1400, 1000)
    with gunicorn(env={"MONET_MAX_PIXELS": "3000000", "MONET_TRUSTED_PROXIES": "1"}) as (server, _):
        slow = HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
        slow.request("POST", "/api/paint", large, head("192.0.2.1", len(large), accept))
        receiving = slow.getresponse()
        while accept == "text/event-stream" and receiving.readline() != b"event: painting\n":
            pass
        assert status_of(server, small) == 503
        assert receiving.read()
        slow.close()
        begun = monotonic()
        while status_of(server, small) != 200:
            assert monotonic() - begun < PATIENCE
            sleep(0.05)


def status_of(server: str, content: bytes) -> int:
    connection = ask(server, "192.0.2.2", content, "image/png")
    answer = connection.getresponse()
    assert answer.read()
    connection.close()
    return answer.status
