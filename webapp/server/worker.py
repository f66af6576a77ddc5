"""gunicorn's threaded worker, except that the main thread reads the heads of requests.

gunicorn reads a head in a thread of its pool, so as many clients as there are threads can stop the server by sending
half a head each. Here the main thread, which also accepts connections, reads heads piece by piece and never waits for
one. A connection gets a thread once the head of its request is complete.
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

# A worker accepts at most CONNECTIONS. Each kind of idle connection has its own limit, so that idle connections alone
# never reach that number.
HEADS: Final = 500  # with an incomplete head; one more, and the oldest is closed
KEPT_ALIVE: Final = 500  # between two requests; one more is closed after its response
REQUESTS: Final = 500  # in a thread or waiting for one
CONNECTIONS: Final = HEADS + KEPT_ALIVE + REQUESTS + LINGERING
OTHER_FILES: Final = 100  # other files that a worker may have open; about 10 are usual


class Worker(LingeringWorker):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heads: dict[TConn, Head] = {}  # incomplete ones, the oldest first
        self.max_keepalived = KEPT_ALIVE
        self.worker_connections = min(CONNECTIONS, allow_files(CONNECTIONS + OTHER_FILES) - OTHER_FILES)

    def enqueue_req(self, connection: TConn) -> None:
        """gunicorn calls this to hand a connection to a thread, whenever its next request may have begun."""
        connection.sock.setblocking(False)
        head = Head(connection.parser.unreader.take_buffered() if connection.parser else b"")
        if not head.is_over:
            head.receive(connection.sock)
        if head.is_over:
            self.dispatch(connection, head)
        else:
            self.wait_for_rest(connection, head)

    def wait_for_rest(self, connection: TConn, head: Head) -> None:
        connection.timeout = monotonic() + (HEAD_SECONDS if self.alive else STOP_KEEPALIVE_LINGER)
        self.heads[connection] = head
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self.read_more, connection))

    def read_more(self, connection: TConn, sock: socket) -> None:
        head = self.heads[connection]
        head.receive(sock)
        if head.is_over:
            self.forget(connection)
            self.dispatch(connection, head)

    def dispatch(self, connection: TConn, head: Head) -> None:
        if head.error:
            self.refuse(connection, head.error)
        elif head.is_complete:
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
        while len(self.heads) > HEADS:
            oldest = next(iter(self.heads))
            self.forget(oldest)
            self.hang_up(oldest)
        while self.heads and (oldest := next(iter(self.heads))).timeout < monotonic():
            if self.forget(oldest).data:
                self.refuse(oldest, SlowHeadError())
            else:  # a connection that a browser opened in advance, for example
                self.hang_up(oldest)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for connection in self.heads:
            connection.timeout = min(connection.timeout, deadline)

    def handle_request(self, request: Request, connection: TConn) -> Any:
        check_host(request.version, request.headers)
        request.body.reader = BodyReader(request.body.reader)
        return super().handle_request(request, connection)

    def _keepalive_after(self, connection: TConn, keepalive: bool) -> bool:
        """Returns whether the connection can take another request: only if this one's body was read to its end."""
        reader: BodyReader = connection.parser.mesg.body.reader
        return reader.is_at_end and super()._keepalive_after(connection, keepalive)

    def handle_error(self, request: Request | None, client: socket, address: Any, error: Exception) -> None:
        """Replaces gunicorn's handler, whose response quotes the request and whose log names the client's address."""
        reply = reply_to(error)
        if reply == FAILED:
            self.log.error("Error handling request.", exc_info=error)
        else:
            self.log.warning("Invalid request.")
        with suppress(OSError):  # the client may have disconnected
            client.send(encode_reply(*reply), MSG_DONTWAIT)


def allow_files(count: int) -> int:
    """Raises the limit of open files to `count` if it is lower, as far as allowed. Returns the resulting limit."""
    soft, hard = getrlimit(RLIMIT_NOFILE)
    if soft >= count:
        return soft
    setrlimit(RLIMIT_NOFILE, (min(count, hard), hard))
    return min(count, hard)
