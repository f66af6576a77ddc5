"""Tests how the real server receives requests and closes connections."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from email.message import Message
from email.parser import BytesParser
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from patience import PATIENCE, wait_until
from serving import PROJECT, gunicorn
from uploads import MULTIPART, form
from webapp.server.heads import HEAD_BYTES
from webapp.server.lingering import LINGERING
from webapp.server.worker import HEADS

LONG = 8 * 2**20  # bytes of a body; far more than the buffers of two sockets hold
SILENT = 40
HALVES = 300
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
NAME = b"aunt-mathilda-at-home"


@pytest.fixture(scope="module")
def patient() -> Iterator[str]:
    with gunicorn("impatient:create_patient_app()", env={"PYTHONPATH": str(PROJECT / "tests")}) as (address, _):
        yield address


@pytest.fixture(scope="module")
def impatient() -> Iterator[str]:
    with gunicorn("impatient:create_impatient_app()", env={"PYTHONPATH": str(PROJECT / "tests")}) as (address, _):
        yield address


def connect(server: str, request: bytes) -> socket.socket:
    address = urlsplit(server)
    connection = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
    connection.sendall(request)
    return connection


def read(connection: socket.socket) -> bytes:
    """Returns everything that the server sends until it hangs up."""
    return b"".join(iter(lambda: connection.recv(2**16), b""))


def get(server: str, path: str) -> int:
    with closing(HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def parse(response: bytes) -> tuple[int, Message, bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    return int(line.split()[1]), BytesParser().parsebytes(headers), body


def is_untouched(connection: socket.socket) -> bool:
    """Returns whether the server has neither sent anything nor hung up."""
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(PATIENCE)
    return False


@pytest.mark.parametrize("trickle", [b"", b"x"])
def test_half_sent_heads_do_not_delay_other_requests(patient: str, trickle: bytes) -> None:
    with ExitStack() as open_connections:
        halves = [open_connections.enter_context(connect(patient, LAST[:30])) for _ in range(HALVES)]
        for path in ("/healthz", "/metrics") * 3:
            for half in halves:
                half.sendall(trickle)
            assert get(patient, path) == 200
        assert all(map(is_untouched, halves))


def test_the_oldest_of_too_many_half_sent_heads_is_closed(patient: str) -> None:
    with ExitStack() as open_connections:
        first, second, *_ = [open_connections.enter_context(connect(patient, LAST[:30])) for _ in range(HEADS + 1)]
        assert read(first) == b""
        assert is_untouched(second)
        second.sendall(LAST[30:])
        assert read(second).startswith(b"HTTP/1.1 200 ")


def test_a_head_that_arrives_byte_by_byte_is_served(patient: str) -> None:
    with connect(patient, b"") as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LAST:
            connection.sendall(bytes([byte]))
        assert read(connection).startswith(b"HTTP/1.1 200 ")


def test_a_half_sent_head_does_not_outlast_the_server() -> None:
    with (
        gunicorn("impatient:create_patient_app()", env={"PYTHONPATH": str(PROJECT / "tests")}) as (server, process),
        connect(server, LAST[:30]) as connection,
    ):
        assert get(server, "/healthz") == 200
        process.terminate()
        # Had the worker been killed after its grace period, there would be no response.
        assert read(connection).startswith(b"HTTP/1.1 408 ")
        connection.close()
        assert process.wait(PATIENCE) == 0


def test_pipelined_requests_are_served_and_an_incomplete_one_times_out(impatient: str) -> None:
    request = LAST.replace(b"Connection: close\r\n", b"")
    with connect(impatient, request + request + LAST[:30]) as connection:
        first, second, third = read(connection).split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"200 ")
    assert second.startswith(b"200 ")
    status, headers, body = parse(b"HTTP/1.1 " + third)
    assert (status, headers["Connection"]) == (408, "close")
    assert json.loads(body)["error"].startswith("The request came too slowly.")


INVALID = {
    "no HTTP": (400, NAME + b"\r\n\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + NAME),
    "no version": (400, b"GET /" + NAME + b"\r\n\r\n"),
    "lines without CR": (400, b"GET /" + NAME + b" HTTP/1.1\nHost: localhost\n\n"),
    "a long address": (414, b"GET /" + NAME * 300 + b" HTTP/1.1\r\n"),
    "an address without an end": (414, b"GET /" + NAME * HEAD_BYTES),
    "a large header": (431, b"GET / HTTP/1.1\r\nA: " + NAME * 500 + b"\r\n"),
    "many headers": (431, b"GET / HTTP/1.1\r\n" + 200 * (b"A: " + NAME + b"\r\n")),
    "headers without an end": (431, b"GET / HTTP/1.1\r\n" + HEAD_BYTES * (b"A: " + NAME + b"\r\n")),
    "a header on two lines": (400, b"GET / HTTP/1.1\r\nA: b\r\n " + NAME + b"\r\n"),
    "no Host": (400, b"GET / HTTP/1.1\r\n"),
    "an impossible Host": (400, b"GET / HTTP/1.1\r\nHost: " + NAME + b" @\r\n"),
    "a bracket in the Host": (400, b"GET / HTTP/1.1\r\nHost: [" + NAME + b"\r\n"),
    "two lengths": (400, b"POST /api/paint HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n"),
    "SCRIPT_NAME": (400, b"GET /healthz HTTP/1.1\r\nHost: x\r\nSCRIPT_NAME: /" + NAME + b"\r\n"),
    "an expectation": (417, b"GET / HTTP/1.1\r\nHost: x\r\nExpect: " + NAME + b"\r\n"),
    "a coding": (501, b"POST /api/paint HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + NAME + b"\r\n"),
}


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_request_is_refused_with_a_sentence_that_quotes_nothing(server: str, name: str) -> None:
    status, request = INVALID[name]
    with connect(server, request + b"\r\n") as connection:
        found, headers, body = parse(read(connection))
    assert found == status
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Connection"] == "close"
    assert json.loads(body)["error"].endswith(".")
    assert NAME not in body


MALFORMED = [
    b"zz\r\n" + NAME,
    b"5\r\nhello" + NAME,
    b"5;\x01=" + NAME + b"\r\nhello\r\n0\r\n\r\n",
    b"0\r\nHost: " + NAME + b"\r\n\r\n",
]


@pytest.mark.parametrize("path", ["/api/paint", "/api/inside", "/_dash-update-component"])
@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_chunks_are_the_clients_fault(server: str, path: str, body: bytes) -> None:
    media_type = "application/json" if path.startswith("/_dash") else MULTIPART
    lines = (f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {media_type}", "Transfer-Encoding: chunked")
    with connect(server, "\r\n".join([*lines, "", ""]).encode() + body) as connection:
        connection.shutdown(socket.SHUT_WR)
        status, _, content = parse(read(connection))
    assert status == 400
    assert NAME not in content
    if path.startswith("/api/"):
        assert json.loads(content)["error"]


def test_a_refused_client_can_finish_a_long_upload_and_then_read_the_response(server: str) -> None:
    lines = ("POST /api/paint HTTP/1.1", "Host: localhost", "Sec-Fetch-Site: cross-site", f"Content-Length: {LONG}")
    with connect(server, "\r\n".join([*lines, "", ""]).encode()) as connection:
        assert connection.recv(1, socket.MSG_PEEK)  # the response arrives before the upload has begun
        connection.sendall(b"x" * LONG)
        assert read(connection).startswith(b"HTTP/1.1 403 ")


def test_clients_that_do_not_hang_up_delay_no_others(patient: str) -> None:
    with ExitStack() as open_connections:
        silent = [open_connections.enter_context(connect(patient, LAST)) for _ in range(SILENT)]
        for connection in silent:
            assert read(connection).startswith(b"HTTP/1.1 200 ")


def test_the_oldest_of_too_many_clients_that_do_not_hang_up_is_cut_off(patient: str) -> None:
    with ExitStack() as open_connections:
        silent = []
        for _ in range(LINGERING + 1):
            silent.append(open_connections.enter_context(connect(patient, LAST)))
            read(silent[-1])
        wait_until(lambda: not is_open(silent[0]), "The first connection should be closed.")
        assert is_open(silent[1])


def is_open(connection: socket.socket) -> bool:
    """Returns whether the server still accepts data."""
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
