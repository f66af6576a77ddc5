"""Whether somebody is still there to be answered."""

from collections.abc import Callable
from socket import MSG_DONTWAIT, MSG_PEEK, socket
from typing import Any


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
