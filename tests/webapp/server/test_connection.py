import struct
from collections.abc import Iterator
from socket import SO_RCVTIMEO, SOL_SOCKET, socket, socketpair

import pytest
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader
from werkzeug.wsgi import LimitedStream

from webapp.server.body import BodyReader
from webapp.server.connection import SlowClientError, receiving, watch


@pytest.fixture
def connection() -> Iterator[tuple[socket, socket]]:
    """The server's end, and the client's."""
    server, client = socketpair()
    with server, client:
        yield server, client


def test_a_silent_client_is_there(connection: tuple[socket, socket]) -> None:
    server, _ = connection
    assert not watch({"gunicorn.socket": server})()


def test_a_client_that_sends_more_is_there_and_nothing_is_taken_from_it(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.sendall(b"GET /healthz")
    is_gone = watch({"gunicorn.socket": server})
    assert not is_gone()
    assert server.recv(100) == b"GET /healthz"


def test_a_client_that_has_hung_up_is_gone(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.close()
    assert watch({"gunicorn.socket": server})()


def test_a_connection_that_is_closed_here_leads_to_nobody(connection: tuple[socket, socket]) -> None:
    server, _ = connection
    server.close()
    assert watch({"gunicorn.socket": server})()


def test_without_a_socket_nobody_is_ever_gone() -> None:
    assert not watch({})()


def test_who_sends_too_slowly_is_not_waited_for_and_can_be_told(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.sendall(b"half")
    with pytest.raises(SlowClientError), receiving({"gunicorn.socket": server}, 0.05):
        read_to_the_end(server)
    server.sendall(b"too slow")
    assert client.recv(100) == b"too slow"


def test_a_client_that_falls_silent_is_too_slow_and_not_gone(connection: tuple[socket, socket]) -> None:
    server, client = connection
    server.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("ll", 0, 50_000))
    client.sendall(b"half")
    body = Body(BodyReader(LengthReader(SocketUnreader(server), 8)))
    with pytest.raises(SlowClientError), receiving({"gunicorn.socket": server}, 600):
        LimitedStream(body, 1000, is_max=True).readall()


def test_who_sends_in_time_is_read(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.sendall(b"all")
    client.close()
    with receiving({"gunicorn.socket": server}, 10):
        read_to_the_end(server)


def read_to_the_end(connection: socket) -> None:
    while connection.recv(100):
        pass
