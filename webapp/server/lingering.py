"""The end of a connection: without a reset, and without holding up others.

Who is refused before the upload goes on sending it. A connection that is closed then is reset, and the answer may be
lost with it. gunicorn reads up to 64 KiB more in the thread that answered, and as much again in the one thread that
accepts all connections, where it also waits up to two seconds for the client to hang up; and then resets all the same.
"""

import selectors
from collections import deque
from concurrent.futures import Future
from functools import partial
from socket import SHUT_WR, socket
from time import monotonic
from typing import Any, Final

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

LINGER: Final = 30  # seconds for what a client still sends when it has its answer
LINGERING: Final = 500  # connections; one more, and the first of them is closed
PIECE: Final = 2**16  # bytes


class LingeringWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Ends a connection as RFC 9112, 9.6, says: closes its own side, and reads until the client has closed the other.

    It does so whenever something comes, in no thread's time, as gunicorn waits for the next request of a client.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lingering: deque[TConn] = deque()  # the first to come is the first to go

    def finish_request(self, connection: TConn, request: Future[Any]) -> None:
        if request.cancelled() or request.exception() or request.result():
            super().finish_request(connection, request)
        else:
            self.linger(connection)

    def linger(self, connection: TConn) -> None:
        try:
            connection.sock.shutdown(SHUT_WR)
        except OSError:  # the client has gone before
            self.hang_up(connection)
            return
        connection.sock.setblocking(False)
        connection.timeout = monotonic() + (LINGER if self.alive else STOP_KEEPALIVE_LINGER)
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self.read_on, connection))
        self.lingering.append(connection)

    def read_on(self, connection: TConn, sock: socket) -> None:
        try:
            is_over = not sock.recv(PIECE)
        except OSError:
            is_over = True
        if is_over:
            self.part(connection)

    def part(self, connection: TConn) -> None:
        self.poller.unregister(connection.sock)
        self.lingering.remove(connection)
        self.hang_up(connection)

    def hang_up(self, connection: TConn) -> None:
        self.nr_conns -= 1
        connection.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Called when the worker is told to end."""
        super()._cap_keepalive(deadline)
        for connection in self.lingering:
            connection.timeout = min(connection.timeout, deadline)

    def murder_pending(self) -> None:
        """gunicorn's name for closing what has waited too long, after the events of each turn of its loop.

        Closed earlier, a connection might still have an event in the same turn.
        """
        super().murder_pending()
        while len(self.lingering) > LINGERING or (self.lingering and self.lingering[0].timeout < monotonic()):
            self.part(self.lingering[0])
