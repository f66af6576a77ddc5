"""gunicorn's threaded worker, none of whose threads waits for the head of a request.

In gunicorn's own a thread reads the head, so as many clients as there are threads stop the server by sending half of
one each. Here the main thread, which accepts connections, reads heads as well, whenever a piece of one comes. A
connection gets a thread when the head of its request is whole.
"""

import selectors
from contextlib import suppress
from functools import partial
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from socket import MSG_DONTWAIT, socket
from time import monotonic
from typing import Any, Final

from gunicorn.http.message import Request
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn

from webapp.server.body import BodyReader
from webapp.server.heads import HEAD_SECONDS, Head, SlowHeadError, check_host
from webapp.server.lingering import LINGERING, LingeringWorker
from webapp.server.replies import FAILED, encode_reply, reply_to

# Connections of a worker. One that has all of them accepts no more; so that nobody takes them all by keeping silent,
# each kind of silence has a limit of its own.
HEADS: Final = 500  # that have sent a part of a head; one more, and the first of them is closed
KEPT_ALIVE: Final = 500  # between two requests; one more is closed after its response
REQUESTS: Final = 500  # in a thread, or waiting for one
CONNECTIONS: Final = HEADS + KEPT_ALIVE + REQUESTS + LINGERING
OTHER_FILES: Final = 100  # that a worker has open; some 20 are usual


class Worker(LingeringWorker):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heads: dict[TConn, Head] = {}  # of which a part has come; the first to come is the first to go
        self.max_keepalived = KEPT_ALIVE
        self.worker_connections = min(CONNECTIONS, allow_files(CONNECTIONS + OTHER_FILES) - OTHER_FILES)

    def enqueue_req(self, connection: TConn) -> None:
        """gunicorn's name for giving a connection to a thread, whenever a request may come on it."""
        connection.sock.setblocking(False)
        head = Head(connection.parser.unreader.take_buffered() if connection.parser else b"")
        if not head.is_over:
            head.receive(connection.sock)
        if head.is_over:
            self.conclude(connection, head)
        else:
            self.wait_for_rest(connection, head)

    def wait_for_rest(self, connection: TConn, head: Head) -> None:
        connection.timeout = monotonic() + (HEAD_SECONDS if self.alive else STOP_KEEPALIVE_LINGER)
        self.heads[connection] = head
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self.go_on, connection))
        if len(self.heads) > HEADS:
            first = next(iter(self.heads))
            self.forget(first)
            self.hang_up(first)

    def go_on(self, connection: TConn, sock: socket) -> None:
        head = self.heads[connection]
        head.receive(sock)
        if head.is_over:
            self.forget(connection)
            self.conclude(connection, head)

    def conclude(self, connection: TConn, head: Head) -> None:
        if head.error:
            self.refuse(connection, head.error)
        elif head.is_whole:
            connection.init()
            connection.parser.unreader.unread(bytes(head.data))
            super().enqueue_req(connection)
        else:
            self.hang_up(connection)

    def refuse(self, connection: TConn, error: Exception) -> None:
        self.handle_error(None, connection.sock, connection.client, error)
        self.linger(connection)

    def forget(self, connection: TConn) -> Head:
        self.poller.unregister(connection.sock)
        return self.heads.pop(connection)

    def murder_pending(self) -> None:
        super().murder_pending()
        while self.heads and (first := next(iter(self.heads))).timeout < monotonic():
            if self.forget(first).data:
                self.refuse(first, SlowHeadError())
            else:  # such as a connection that a browser has opened in advance
                self.hang_up(first)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for connection in self.heads:
            connection.timeout = min(connection.timeout, deadline)

    def handle_request(self, request: Request, connection: TConn) -> Any:
        check_host(request.version, request.headers)
        request.body.reader = BodyReader(request.body.reader)
        return super().handle_request(request, connection)

    def _keepalive_after(self, connection: TConn, keepalive: bool) -> bool:
        """Whether another request may come: not where the body of this one has not been read to its end."""
        reader: BodyReader = connection.parser.mesg.body.reader
        return reader.is_at_end and super()._keepalive_after(connection, keepalive)

    def handle_error(self, request: Request | None, client: socket, address: Any, error: Exception) -> None:
        """Instead of gunicorn's, whose response repeats what was sent, and whose log says from where."""
        reply = reply_to(error)
        if reply == FAILED:
            self.log.error("Error handling request.", exc_info=error)
        else:
            self.log.warning("Invalid request.")
        with suppress(OSError):  # the client has gone
            client.send(encode_reply(*reply), MSG_DONTWAIT)


def allow_files(count: int) -> int:
    """Lets this process open so many files at a time, if it may. Returns how many it may open."""
    soft, hard = getrlimit(RLIMIT_NOFILE)
    if soft >= count:  # 1024 is usual
        return soft
    setrlimit(RLIMIT_NOFILE, (min(count, hard), hard))
    return min(count, hard)
