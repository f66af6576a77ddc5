"""The head of a request as it comes in, piece by piece."""

import re
from socket import socket
from typing import Final

from gunicorn.http import errors

HEAD_SECONDS: Final = 10  # from the first piece of a head to its end
HEAD_BYTES: Final = 2**15
PIECE: Final = 2**13  # bytes that are read at a time
# Where gunicorn's parser needs no more: the head is whole, or a line ends without CR, which the parser refuses.
END: Final = re.compile(rb"\r\n\r\n|(?<!\r)\n")
OVERLAP: Final = 3  # bytes of the end that may have come with the piece before
FIRST_BYTE: Final = re.compile(rb"[A-Z\r]")  # of a method, or of the empty line that may come before it
# RFC 3986, 3.2.2; an address in brackets is not looked into.
HOST: Final = re.compile(r"(\[[0-9A-Za-z:.]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:[0-9]*)?")


class SlowHeadError(errors.ParseException):  # type: ignore[misc]  # gunicorn has no types
    """The head was not whole after HEAD_SECONDS."""


class Head:
    """What has come of a head. What has come after it on the same connection is in `data`, too."""

    def __init__(self, come: bytes) -> None:
        self.data = bytearray()
        self.is_whole = False
        self.is_cut_off = False  # the client has closed the connection
        self.error: errors.ParseException | None = None  # what was wrong before the end had come
        self._add(come)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.is_whole or self.is_cut_off or self.error is not None

    def receive(self, connection: socket) -> None:
        """Takes what has come on a connection that doesn't block."""
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
            self.is_whole = True
        elif len(self.data) > HEAD_BYTES:
            is_first_line = b"\r\n" not in self.data
            self.error = errors.LimitRequestLine("") if is_first_line else errors.LimitRequestHeaders("")


def check_host(version: tuple[int, int], headers: list[tuple[str, str]]) -> None:
    """Raises InvalidHeader where RFC 9112, 3.2, asks for it; gunicorn itself refuses a second Host."""
    hosts = [value for name, value in headers if name == "HOST"]
    if not all(HOST.fullmatch(host) for host in hosts) or (not hosts and version >= (1, 1)):
        raise errors.InvalidHeader("HOST")
