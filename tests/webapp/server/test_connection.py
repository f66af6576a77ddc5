import struct
from collections.abc import Iterator
from socket import SHUT_WR, SO_RCVTIMEO, SOL_SOCKET, socket, socketpair

import pytest
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader
from werkzeug.wsgi import LimitedStream

from webapp.server.body import BodyReader
from webapp.server.connection import SlowClientError, receiving, watch


@pytest.fixture
def connection() -> Iterator[tuple[socket, socket]]:
    """Yields the server's end of a connection, then the client's."""
    server, client = socketpair()
    with server, client:
        yield server, client


def test_a_silent_client_is_still_connected(connection: tuple[socket, socket]) -> None:
    server, _ = connection
    assert not watch({"gunicorn.socket": server})()


def test_watching_a_client_that_sends_more_reads_nothing_from_it(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.sendall(b"GET /healthz")
    is_gone = watch({"gunicorn.socket": server})
    assert not is_gone()
    assert server.recv(100) == b"GET /healthz"


def test_a_client_that_has_hung_up_is_gone(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.close()
    assert watch({"gunicorn.socket": server})()


def test_a_connection_that_the_server_has_closed_counts_as_gone(connection: tuple[socket, socket]) -> None:
    server, _ = connection
    server.close()
    assert watch({"gunicorn.socket": server})()


def test_without_a_socket_the_client_counts_as_connected() -> None:
    assert not watch({})()


def test_a_client_that_sends_too_slowly_can_still_get_a_response(connection: tuple[socket, socket]) -> None:
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


def test_a_client_that_sends_in_time_is_read(connection: tuple[socket, socket]) -> None:
    server, client = connection
    client.sendall(b"all")
    client.close()
    with receiving({"gunicorn.socket": server}, 10):
        read_to_the_end(server)


def read_to_the_end(connection: socket) -> None:
    while connection.recv(100):
        pass


@pytest.mark.parametrize(("sent", "is_at_end"), [(b"whole request", True), (b"only a part", False)])
def test_a_body_that_breaks_off_does_not_end_where_the_next_request_may_begin(
    connection: tuple[socket, socket], sent: bytes, is_at_end: bool
) -> None:
    server, client = connection
    client.sendall(sent)
    client.shutdown(SHUT_WR)
    reader = BodyReader(LengthReader(SocketUnreader(server), len(b"whole request")))
    assert reader.read(100) == sent
    assert reader.is_at_end is is_at_end
