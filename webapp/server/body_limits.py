"""How much a request may carry, and how long that may take: little on every route but those for photos.

Few bodies are read at a time, each in one of the server's threads; so however many clients send slowly, threads are
left for everything else.
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

MAX_BODY: Final = 2**16  # bytes; the pages post one, with their address in it
MAX_SECONDS: Final = 10.0  # for all of a body
MAX_READING: Final = 4  # bodies on their way: with the places for photos, four threads fewer than there are

View = Callable[..., Any]


class Arrivals:
    """The bodies that are on their way, MAX_READING at most: one more, and that which has taken longest is given up.

    Those of well-behaved clients are there at once, so it is never theirs.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._connections: deque[socket] = deque()  # the first has taken longest

    @contextmanager
    def arriving(self, connection: socket | None) -> Iterator[None]:
        """Raises SlowClientError where this one was given up. Without a connection, as in a test, none ever is."""
        if connection is None:
            yield
            return
        with self._lock:
            self._connections.append(connection)
            if len(self._connections) > MAX_READING:
                with suppress(OSError):  # that client has gone already
                    self._connections.popleft().shutdown(SHUT_RD)  # who reads from it finds the end
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
    """Reads the bodies that are posted to `app` before its views do, within limits; `photos` are endpoints that have
    limits of their own, of time, and raise that of bytes."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    arrivals = Arrivals()
    for endpoint in posted(app) - photos:
        app.view_functions[endpoint] = after_body(cast(View, app.view_functions[endpoint]), arrivals)


def posted(app: Flask) -> frozenset[str]:
    """The endpoints that take a body."""
    return frozenset(rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))


def after_body(view: View, arrivals: Arrivals) -> View:
    """The same view, called once the body is there. Raises RequestTimeout, RequestEntityTooLarge and BadRequest."""

    @wraps(view)
    def read_first(*args: Any, **values: Any) -> Any:
        environ = request.environ
        try:
            with receiving(environ, MAX_SECONDS), arrivals.arriving(environ.get("gunicorn.socket")):
                data = request.get_data()
        except (SlowClientError, ClientDisconnected) as error:
            raise RequestTimeout from error
        if request.content_length is None and len(data) == MAX_BODY:  # where werkzeug silently cuts it off
            raise RequestEntityTooLarge
        return view(*args, **values)

    return read_first
