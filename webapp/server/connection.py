"""Detects clients that have disconnected, and stops waiting for those that send too slowly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import MSG_DONTWAIT, MSG_PEEK, SHUT_RD, SHUT_RDWR, socket
from typing import Any

from werkzeug.exceptions import RequestTimeout

from webapp.server.deadline import deadline


class SlowClientError(Exception):
    """The client did not send all of its request in time."""


def watch(environ: dict[str, Any]) -> Callable[[], bool]:
    """Returns a function that tells whether the client of a WSGI request has closed its connection.

    gunicorn passes on the socket; under a server that doesn't, the client always counts as connected.
    """
    connection: socket | None = environ.get("gunicorn.socket")
    return lambda: connection is not None and is_closed(connection)


def hang_up(environ: dict[str, Any]) -> None:
    """Closes the connection of a WSGI request in both directions, which ends whatever is still being sent on it."""
    connection: socket | None = environ.get("gunicorn.socket")
    if connection is not None:
        with suppress(OSError):  # the client has closed it already
            connection.shutdown(SHUT_RDWR)


def is_closed(connection: socket) -> bool:
    try:
        return connection.recv(1, MSG_PEEK | MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False  # open but silent
    except OSError:
        return True


@contextmanager
def receiving(environ: dict[str, Any], seconds: float) -> Iterator[None]:
    """Raises SlowClientError if the body has not been read after `seconds`, even while bytes still trickle in."""
    connection: socket | None = environ.get("gunicorn.socket")
    is_late = False

    def stop() -> None:
        nonlocal is_late
        is_late = True
        if connection is not None:
            connection.shutdown(SHUT_RD)  # its reader sees the end of the stream; a response can still be sent

    try:
        with deadline(seconds, stop):
            yield
    except RequestTimeout as error:  # silent for longer than gunicorn.conf.py allows
        raise SlowClientError from error
    if is_late:
        raise SlowClientError
