from collections.abc import Iterator
from socket import socket, socketpair

import pytest

from webapp.client import watch


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
