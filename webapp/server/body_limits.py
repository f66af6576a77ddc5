"""Limits the size of request bodies and the time they may take to arrive, on every route except those for photos.

Only a few bodies are read at a time, each in one of the server's threads. Slow clients, however many, therefore leave
threads free for all other requests.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from socket import SHUT_RD, socket
from threading import Lock
from typing import Any, Final, cast

from flask import Flask, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout

from webapp.server.connection import SlowClientError, receiving

MAX_BODY: Final = 2**16  # bytes; a page posts only a small body with its URL
MAX_SECONDS: Final = 10.0  # for a whole body
MAX_READING: Final = 4  # bodies read at a time; with the places for photos, they leave 4 threads free

View = Callable[..., Any]


class Arrivals:
    """The bodies being received, at most MAX_READING: one more, and the one that has taken longest is given up.

    The bodies of well-behaved clients arrive at once, so they are never given up.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._connections: deque[socket] = deque()  # the first has taken longest

    @contextmanager
    def arriving(self, connection: socket | None) -> Iterator[None]:
        """Raises SlowClientError if this body was given up. Without a connection, as in a test, it never is."""
        if connection is None:
            yield
            return
        with self._lock:
            self._connections.append(connection)
            if len(self._connections) > MAX_READING:
                with suppress(OSError):  # the client has already disconnected
                    self._connections.popleft().shutdown(SHUT_RD)  # its reader sees the end of the stream
        try:
            yield
        finally:
            with self._lock:
                is_given_up = connection not in self._connections
                if not is_given_up:
                    self._connections.remove(connection)
        if is_given_up:
            raise SlowClientError


def limit_bodies(app: Flask, photos: frozenset[str]) -> None:
    """Reads the bodies that are posted to `app` within these limits, before its views are called.

    `photos` are the endpoints that set their own time limit and raise the size limit.
    """
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    arrivals = Arrivals()
    for endpoint in posted(app) - photos:
        app.view_functions[endpoint] = after_body(cast(View, app.view_functions[endpoint]), arrivals)


def posted(app: Flask) -> frozenset[str]:
    """Returns the endpoints that take a body."""
    return frozenset(rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))


def after_body(view: View, arrivals: Arrivals) -> View:
    """Returns a view that first reads the body. It may raise RequestTimeout, RequestEntityTooLarge and BadRequest."""

    @wraps(view)
    def read_first(*args: Any, **values: Any) -> Any:
        environ = request.environ
        try:
            with receiving(environ, MAX_SECONDS), arrivals.arriving(environ.get("gunicorn.socket")):
                data = request.get_data()
        except (SlowClientError, ClientDisconnected) as error:
            raise RequestTimeout from error
        if request.content_length is None and len(data) == MAX_BODY:  # werkzeug has silently truncated it
            raise RequestEntityTooLarge
        return view(*args, **values)

    return read_first
