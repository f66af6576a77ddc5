"""A visit: one request to the server over a connection of its own, sent as a browser does, and its outcome."""

import asyncio
import re
from dataclasses import dataclass
from time import perf_counter
from typing import Final, cast

HOST: Final = "127.0.0.1"
UPLINK: Final = 1_250_000  # bytes a second at which a photo is uploaded: 10 Mbit/s
PIECE: Final = 2**15  # bytes sent at a time
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY_AFTER: Final = b"\r\nretry-after: "
PAINTING: Final = b"event: painting\n"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a visit. Times end when the whole response has arrived."""

    kind: str  # "painted", "refused", "well", "an error event", "lost", or the status of any other response
    seconds: float = 0.0  # since the request was due, so including the connection, the upload and any delay here
    seconds_from_head: float = 0.0  # since the head of the request was sent
    before_upload: bool = False  # whether the response arrived before all of the photo was sent


class Visit(asyncio.Protocol):
    """Sends a head and the whole body, whatever the server responds, and waits until the server closes the connection.

    A browser does the same, and may read the response only after sending everything. So a response that is followed by
    a connection reset counts as lost: the reset may discard what a client has not yet read (RFC 9112, 9.6).
    """

    def __init__(self, due: float, head: bytes, body: bytes = b"") -> None:
        loop = asyncio.get_running_loop()
        self.responded: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._due, self._head, self._body = due, head, body
        self._sent = 0  # bytes of the body
        self._response = bytearray()
        self._outcome = Outcome("lost")
        self._head_sent = 0.0
        self._transport: asyncio.Transport | None = None
        self._server_has_hung_up = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._head)
        self._head_sent = perf_counter()
        self._upload()

    def data_received(self, data: bytes) -> None:
        self._response += data
        if not self.responded.done() and is_whole(self._response):
            now = perf_counter()
            before_upload = not self._is_sent()
            self._outcome = Outcome(kind_of(self._response), now - self._due, now - self._head_sent, before_upload)
            self.responded.set_result(None)
            self._response.clear()

    def eof_received(self) -> bool:
        self._server_has_hung_up = True
        return not self._is_sent()  # keeps this side open until all is sent

    def connection_lost(self, error: Exception | None) -> None:
        self.end(error is not None or not self._is_sent())

    def end(self, is_lost: bool) -> None:
        """Ends the visit, and resolves both futures."""
        if is_lost:
            self._outcome = Outcome("lost")
        for future in (self.responded, self.closed):
            if not future.done():
                future.set_result(None)

    def outcome(self) -> Outcome:
        """Returns the outcome. A visit whose connection is still open has waited too long and counts as lost."""
        if not self.closed.done():
            cast(asyncio.Transport, self._transport).abort()
            return Outcome("lost")
        return self._outcome

    def _upload(self) -> None:
        transport = cast(asyncio.Transport, self._transport)
        if transport.is_closing():
            return
        transport.write(self._body[self._sent : self._sent + PIECE])
        self._sent = min(self._sent + PIECE, len(self._body))
        if not self._is_sent():
            asyncio.get_running_loop().call_later(PIECE / UPLINK, self._upload)
        elif self._server_has_hung_up:
            transport.close()

    def _is_sent(self) -> bool:
        return self._sent == len(self._body)


async def visit(port: int, due: float, head: bytes, body: bytes = b"") -> Visit:
    """Connects to the server and starts a visit. `due` is the time, by perf_counter(), when it should have started."""
    visitor = Visit(due, head, body)
    try:
        await asyncio.get_running_loop().create_connection(lambda: visitor, HOST, port)
    except OSError:
        visitor.end(is_lost=True)
    return visitor


def is_whole(response: bytes | bytearray) -> bool:
    """Returns whether a response is complete, by its Content-Length or its last chunk."""
    end = response.find(b"\r\n\r\n") + 4
    if end < 4:
        return False
    if length := LENGTH.search(response[:end]):
        return len(response) >= end + int(length[1])
    return response.endswith(b"\r\n0\r\n\r\n")  # the last chunk


def kind_of(response: bytes | bytearray) -> str:
    """Returns the kind of a complete response; see Outcome."""
    status = int(response[9:12])
    head = bytes(response[: response.find(b"\r\n\r\n")]).lower()
    if status == 200 and b"\r\ncontent-type: text/event-stream" in head:
        return "painted" if PAINTING in response else "an error event"
    if status == 503 and RETRY_AFTER in head:
        return "refused"
    return "well" if status == 200 else str(status)
