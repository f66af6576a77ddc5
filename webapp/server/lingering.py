"""Closes connections without a reset, and without delaying other clients.

A client whose request is refused before its upload has arrived keeps sending. Closing the connection at that point
resets it, and the response may be lost. gunicorn reads up to 64 KiB more in the thread that responded, and as much
again in the only thread that accepts connections, where it also waits up to two seconds for the client to hang up; then
it resets the connection anyway.
"""

import selectors
from collections import deque
from concurrent.futures import Future
from functools import partial
from socket import SHUT_WR, socket
from time import monotonic
from typing import Any, Final

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

LINGER: Final = 30  # seconds for which a client may keep sending after its response
LINGERING: Final = 500  # connections; one more, and the oldest is closed
PIECE: Final = 2**16  # bytes


class LingeringWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Closes connections as RFC 9112, 9.6, says: first its own side, then reads until the client closes the other.

    It reads in the main loop, whenever data arrives, so that no thread of the pool waits for the client.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lingering: deque[TConn] = deque()  # the oldest first

    def finish_request(self, connection: TConn, request: Future[Any]) -> None:
        if request.cancelled() or request.exception() or request.result():
            super().finish_request(connection, request)
        else:
            self.linger(connection)

    def linger(self, connection: TConn) -> None:
        try:
            connection.sock.shutdown(SHUT_WR)
        except OSError:  # the client has already disconnected
            self.hang_up(connection)
            return
        connection.sock.setblocking(False)
        connection.timeout = monotonic() + (LINGER if self.alive else STOP_KEEPALIVE_LINGER)
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self.discard, connection))
        self.lingering.append(connection)

    def discard(self, connection: TConn, sock: socket) -> None:
        try:
            is_over = not sock.recv(PIECE)
        except OSError:
            is_over = True
        if is_over:
            self.stop_lingering(connection)

    def stop_lingering(self, connection: TConn) -> None:
        self.poller.unregister(connection.sock)
        self.lingering.remove(connection)
        self.hang_up(connection)

    def hang_up(self, connection: TConn) -> None:
        self.nr_conns -= 1
        connection.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """gunicorn calls this when the worker is told to shut down."""
        super()._cap_keepalive(deadline)
        for connection in self.lingering:
            connection.timeout = min(connection.timeout, deadline)

    def murder_pending(self) -> None:
        """gunicorn calls this after the events of each turn of its loop, to close connections that have timed out.

        A connection closed earlier might still have an event in the same turn.
        """
        super().murder_pending()
        while len(self.lingering) > LINGERING or (self.lingering and self.lingering[0].timeout < monotonic()):
            self.stop_lingering(self.lingering[0])
