"""How the real server parts with its clients."""

import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from time import monotonic
from urllib.parse import urlsplit

import pytest

from uploads import MULTIPART, form
from webapp.server.worker import LINGERING

LONG = 8 * 2**20  # bytes of a body; far more than what is on the way between two sockets
PATIENCE = 10  # seconds; gunicorn's own worker takes 2 for each of the silent
SILENT = 10
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def connect(server: str, request: bytes) -> socket.socket:
    address = urlsplit(server)
    connection = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
    connection.sendall(request)
    return connection


def read(connection: socket.socket) -> bytes:
    """All that the server sends until it hangs up."""
    return b"".join(iter(lambda: connection.recv(2**16), b""))


def test_who_is_refused_can_send_the_rest_of_a_long_upload_and_read_the_answer_then(server: str) -> None:
    lines = ("POST /api/paint HTTP/1.1", "Host: localhost", "Sec-Fetch-Site: cross-site", f"Content-Length: {LONG}")
    with connect(server, "\r\n".join([*lines, "", ""]).encode()) as connection:
        assert connection.recv(1, socket.MSG_PEEK)  # the answer is there before the upload has begun
        connection.sendall(b"x" * LONG)
        assert read(connection).startswith(b"HTTP/1.1 403 ")


def test_whoever_does_not_hang_up_keeps_nobody_waiting(server: str) -> None:
    begun = monotonic()
    with ExitStack() as open_connections:
        silent = [open_connections.enter_context(connect(server, LAST)) for _ in range(SILENT)]
        for connection in silent:
            assert read(connection).startswith(b"HTTP/1.1 200 ")
    assert monotonic() - begun < PATIENCE


def test_of_those_who_do_not_hang_up_the_first_is_cut_off_when_there_are_too_many(server: str) -> None:
    with ExitStack() as open_connections:
        silent = []
        for _ in range(LINGERING + 1):
            silent.append(open_connections.enter_context(connect(server, LAST)))
            read(silent[-1])
        begun = monotonic()
        while is_open(silent[0]):
            assert monotonic() - begun < PATIENCE
        assert is_open(silent[1])


def is_open(connection: socket.socket) -> bool:
    """Whether the server takes what is sent."""
    try:
        connection.sendall(b"x")
    except OSError:
        return False
    return True


@pytest.mark.parametrize("body", [b"", form(b"no photo at all")[0]])
def test_a_connection_whose_request_was_read_to_its_end_takes_the_next_one(server: str, body: bytes) -> None:
    with closing(HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)) as connection:
        connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART})
        assert connection.getresponse().read()
        first = connection.sock
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        assert connection.sock is first
