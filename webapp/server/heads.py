"""Receives the head of a request piece by piece."""

import re
from socket import socket
from typing import Final

from gunicorn.http import errors

HEAD_SECONDS: Final = 10  # from the first piece of a head to the last
HEAD_BYTES: Final = 2**15
PIECE: Final = 2**13  # bytes read at a time
# gunicorn's parser needs no more bytes after the empty line, or after a line feed without CR, which it refuses.
END: Final = re.compile(rb"\r\n\r\n|(?<!\r)\n")
OVERLAP: Final = 3  # bytes of END that may have arrived with the previous piece
FIRST_BYTE: Final = re.compile(rb"[A-Z\r]")  # of a method, or of an empty line before it
# The characters that RFC 3986, 3.2.2, allows. An address in brackets is not parsed.
HOST: Final = re.compile(r"(\[[0-9A-Za-z:.]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:[0-9]*)?")


class SlowHeadError(errors.ParseException):  # type: ignore[misc]  # gunicorn has no types
    """The head was still incomplete after HEAD_SECONDS."""


class Head:
    """The part of a head received so far. `data` may also hold the first bytes that follow the head."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray()
        self.is_complete = False
        self.is_cut_off = False  # the client has closed the connection
        self.error: errors.ParseException | None = None  # found before the head was complete
        self._add(data)

    @property
    def is_over(self) -> bool:
        """Whether no more bytes need to be read."""
        return self.is_complete or self.is_cut_off or self.error is not None

    def receive(self, connection: socket) -> None:
        """Reads the next piece from a non-blocking connection, if one has arrived."""
        try:
            piece = connection.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        self.is_cut_off = not piece
        self._add(piece)

    def _add(self, piece: bytes) -> None:
        if not piece:
            return
        start = max(0, len(self.data) - OVERLAP)
        self.data += piece
        if not FIRST_BYTE.match(self.data):
            self.error = errors.InvalidRequestLine("")
        elif END.search(self.data, start):
            self.is_complete = True
        elif len(self.data) > HEAD_BYTES:
            is_first_line = b"\r\n" not in self.data
            self.error = errors.LimitRequestLine("") if is_first_line else errors.LimitRequestHeaders("")


def check_host(version: tuple[int, int], headers: list[tuple[str, str]]) -> None:
    """Raises InvalidHeader for a missing or invalid Host, as RFC 9112, 3.2, requires. gunicorn refuses two of them."""
    hosts = [value for name, value in headers if name == "HOST"]
    if not all(HOST.fullmatch(host) for host in hosts) or (not hosts and version >= (1, 1)):
        raise errors.InvalidHeader("HOST")
