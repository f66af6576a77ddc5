"""Tests the limits of routes that take no photo: on the size, the duration and the rate of requests."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from socket import socket, socketpair
from threading import Event, Thread
from typing import Final
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from patience import PATIENCE
from renderer import BODY, ROUTE
from serving import PROJECT, gunicorn
from webapp import create_app
from webapp.server.body_limits import MAX_BODY, MAX_READING, Arrivals, posted
from webapp.server.connection import SlowClientError
from webapp.server.rate_limit import PHOTOS, POSTS_PER_MINUTE
from webapp.settings import MAX_UPLOAD_BYTES, THREADS, Settings

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PAINT")


def connect(server: str) -> HTTPConnection:
    return HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)


def begin(server: str, length: int) -> HTTPConnection:
    """Connects a client that posts to Dash and has sent only the head of its request."""
    connection = connect(server)
    connection.putrequest("POST", ROUTE)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    return connection


def trickle(connections: list[HTTPConnection], is_over: Event) -> None:
    """Sends a byte on each connection now and then, so that none is silent for long."""
    while not is_over.wait(0.5):
        for connection in connections:
            with suppress(OSError):
                connection.send(b" ")


def memory(server: str) -> float:
    """Returns the memory of the worker in bytes."""
    with urlopen(f"{server}/metrics") as response:
        lines = response.read().decode().splitlines()
    return float(next(line for line in lines if line.startswith("process_resident_memory_bytes ")).split()[1])


def test_dash_posts_to_a_route_that_takes_no_photo(app: Flask) -> None:
    assert posted(app) > PHOTOS
    assert ROUTE in posted(app)


def test_a_body_that_is_too_large_is_not_read(server: str) -> None:
    before = memory(server)
    with closing(connect(server)) as connection:
        connection.request("POST", ROUTE, b"[" + b"[]," * (MAX_UPLOAD_BYTES // 3), {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 413
        assert "The request is too large for this address." in response.read().decode()
    assert memory(server) - before < MAX_UPLOAD_BYTES


@pytest.mark.parametrize("chunked", [False, True])
def test_the_size_limit_is_exact(client: FlaskClient, chunked: bool) -> None:
    def status(length: int) -> int:
        body = json.dumps(BODY).ljust(length).encode()
        options = {"wsgi.input_terminated": True, "CONTENT_LENGTH": None} if chunked else {}
        return client.post(ROUTE, data=body, content_type="application/json", environ_overrides=options).status_code

    assert status(MAX_BODY - 1) == 200
    assert status(MAX_BODY + 1) == 413


def test_slow_clients_leave_threads_for_others(server: str) -> None:
    with ExitStack() as leaving:
        slow = [leaving.enter_context(closing(begin(server, MAX_BODY))) for _ in range(THREADS)]
        is_over = Event()
        trickling = Thread(target=trickle, args=(slow, is_over))
        trickling.start()
        try:
            with closing(connect(server)) as connection:
                connection.request("GET", "/healthz")
                assert connection.getresponse().status == 200
            with closing(connect(server)) as connection:
                connection.request("POST", ROUTE, json.dumps(BODY), {"Content-Type": "application/json"})
                assert connection.getresponse().status == 200
            assert {connection.getresponse().status for connection in slow} == {408}
        finally:
            is_over.set()
            trickling.join()


@pytest.fixture(scope="module")
def impatient() -> Iterator[str]:
    with gunicorn("impatient:create_impatient_app()", env={"PYTHONPATH": str(PROJECT / "tests")}) as (server, _):
        yield server


def test_a_slow_client_gets_408(impatient: str) -> None:
    with closing(begin(impatient, 100)) as connection:
        connection.send(b"{")
        response = connection.getresponse()
        assert response.status == 408
        assert "The request took too long to arrive." in response.read().decode()


@contextmanager
def crowded(arrivals: Arrivals, connections: list[socket]) -> Iterator[None]:
    """Keeps the bodies of all connections among the arrivals."""
    with ExitStack() as stack:
        for connection in connections:
            stack.enter_context(closing(connection))
            stack.enter_context(arrivals.arriving(connection))
        yield


def test_one_body_too_many_ends_the_oldest() -> None:
    arrivals, pairs = Arrivals(), [socketpair() for _ in range(MAX_READING + 1)]
    states = []
    with pytest.raises(SlowClientError), crowded(arrivals, [ours for ours, _ in pairs]):
        states = [is_open(ours) for ours, _ in pairs]
    assert states == [False, *[True] * MAX_READING]
    for _, theirs in pairs:
        theirs.close()


def test_giving_up_a_disconnected_client_is_no_error() -> None:
    gone = [socket() for _ in range(MAX_READING + 1)]
    with pytest.raises(SlowClientError), crowded(Arrivals(), gone):
        pass


def is_open(connection: socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True


@pytest.mark.usefixtures("middle_of_a_minute")
def test_a_rate_limited_client_gets_429_before_its_body_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.server.rate_limit.POSTS_PER_MINUTE", 2)
    client = create_app(Settings()).test_client()

    def post(address: str) -> tuple[int, str | None, str]:
        response = client.post(ROUTE, data=bytes(MAX_BODY + 1), environ_overrides={"REMOTE_ADDR": address})
        return response.status_code, response.headers.get("Retry-After"), response.text

    assert [post("192.0.2.1")[0] for _ in range(2)] == [413, 413]
    status, seconds, text = post("192.0.2.1")
    assert status == 429
    assert 1 <= int(seconds or 0) <= 61
    assert f"You have sent many requests in a short time. Try again in {seconds} seconds." in text
    assert post("192.0.2.2")[0] == 413
    # Paintings have a limit of their own.
    assert client.post("/api/paint", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 415


def test_pages_stay_below_the_rate_limit() -> None:
    """A school of a thousand behind one address may open a page within the same minute."""
    assert POSTS_PER_MINUTE > 1000


@pytest.mark.parametrize("method", METHODS)
def test_no_method_causes_a_server_error_on_any_route(app: Flask, method: str) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        path = re.sub("<.*?>", "anything", rule.rule)
        with client.open(path, method=method, data=b"[]", content_type="application/json") as response:
            assert response.status_code < 500, path
