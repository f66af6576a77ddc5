"""The client at the other end: whether it is still there to be answered, and an end to waiting for what it sends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import MSG_DONTWAIT, MSG_PEEK, SHUT_RD, socket
from typing import Any

from werkzeug.exceptions import RequestTimeout

from webapp.server.deadline import deadline


class SlowClientError(Exception):
    """The client did not send all of its request in time."""


def watch(environ: dict[str, Any]) -> Callable[[], bool]:
    """Tells whether the client of a WSGI request has closed its connection.

    gunicorn hands on the socket; under a server that doesn't, nobody is ever gone.
    """
    connection: socket | None = environ.get("gunicorn.socket")
    return lambda: connection is not None and is_closed(connection)


def is_closed(connection: socket) -> bool:
    try:
        return connection.recv(1, MSG_PEEK | MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False  # open, and silent
    except OSError:
        return True


@contextmanager
def receiving(environ: dict[str, Any], seconds: float) -> Iterator[None]:
    """Raises SlowClientError where the body has not been read after so many seconds, however much still trickles in."""
    connection: socket | None = environ.get("gunicorn.socket")
    is_late = False

    def stop() -> None:
        nonlocal is_late
        is_late = True
        if connection is not None:
            connection.shutdown(SHUT_RD)  # who reads from it finds the end; an answer can still be sent

    try:
        with deadline(seconds, stop):
            yield
    except RequestTimeout as error:  # silent for longer than gunicorn.conf.py allows
        raise SlowClientError from error
    if is_late:
        raise SlowClientError
