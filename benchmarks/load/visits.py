"""Somebody who asks the server for one thing, over a connection of their own, as a browser does."""

import asyncio
import re
from dataclasses import dataclass
from time import perf_counter
from typing import Final, cast

HOST: Final = "127.0.0.1"
UPLINK: Final = 1_250_000  # bytes a second of a photo on its way: 10 Mbit/s
PIECE: Final = 2**15  # bytes that are sent at a time
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY_AFTER: Final = b"\r\nretry-after: "
PAINTING: Final = b"event: painting\n"


@dataclass(frozen=True)
class Outcome:
    """What became of a visit. Seconds are of the whole answer."""

    kind: str  # painted, refused, well, lost, or the status of any other answer
    seconds: float = 0.0  # since it was due: the connection, the upload, and whatever kept the visitor, count
    seconds_from_head: float = 0.0  # since the head of the request was sent
    before_upload: bool = False  # whether the answer was there before all of the photo was sent


class Visit(asyncio.Protocol):
    """Sends a head and the whole body after it, however the server answers; then stays until the server hangs up.

    So does a browser, and it may look at the answer only when all is sent. So an answer that is there, but followed by
    a reset, counts as lost: the reset may erase what a client has not read yet (RFC 9112, 9.6).
    """

    def __init__(self, due: float, head: bytes, body: bytes = b"") -> None:
        loop = asyncio.get_running_loop()
        self.answered: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._due, self._head, self._body = due, head, body
        self._sent = 0  # bytes of the body
        self._answer = bytearray()
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
        self._answer += data
        if not self.answered.done() and is_whole(self._answer):
            now = perf_counter()
            before_upload = not self._is_sent()
            self._outcome = Outcome(kind_of(self._answer), now - self._due, now - self._head_sent, before_upload)
            self.answered.set_result(None)
            self._answer.clear()

    def eof_received(self) -> bool:
        self._server_has_hung_up = True
        return not self._is_sent()  # whether this side stays open

    def connection_lost(self, error: Exception | None) -> None:
        self.end(error is not None or not self._is_sent())

    def end(self, is_lost: bool) -> None:
        if is_lost:
            self._outcome = Outcome("lost")
        for future in (self.answered, self.closed):
            if not future.done():
                future.set_result(None)

    def outcome(self) -> Outcome:
        """Once it is closed; whoever is still open then has waited too long."""
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
    visitor = Visit(due, head, body)
    try:
        await asyncio.get_running_loop().create_connection(lambda: visitor, HOST, port)
    except OSError:
        visitor.end(is_lost=True)
    return visitor


def is_whole(answer: bytes | bytearray) -> bool:
    end = answer.find(b"\r\n\r\n") + 4
    if end < 4:
        return False
    if length := LENGTH.search(answer[:end]):
        return len(answer) >= end + int(length[1])
    return answer.endswith(b"\r\n0\r\n\r\n")  # the last chunk


def kind_of(answer: bytes | bytearray) -> str:
    status = int(answer[9:12])
    head = bytes(answer[: answer.find(b"\r\n\r\n")]).lower()
    if status == 200 and b"\r\ncontent-type: text/event-stream" in head:
        return "painted" if PAINTING in answer else "an error event"
    if status == 503 and RETRY_AFTER in head:
        return "refused"
    return "well" if status == 200 else str(status)
