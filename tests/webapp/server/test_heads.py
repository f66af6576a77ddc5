from contextlib import suppress
from socket import socketpair

from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from webapp.server.heads import HEAD_BYTES, Head

CONFIG = Config()
ROUGHLY_HTTP = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"GET / HTTP/1.1", b"Host: x", b"A", b":", b" ", b"x" * 9]),
    min_size=1,
    max_size=12,
).map(b"".join)


def in_pieces(data: bytes, size: int) -> Head:
    head = Head(b"")
    server, client = socketpair()
    with server, client:
        server.setblocking(False)
        while data and not head.is_over:
            client.sendall(data[:size])
            head.receive(server)
            data = data[size:]
    return head


@given(ROUGHLY_HTTP, st.integers(1, 3))
def test_a_head_in_any_pieces_is_complete_when_the_parser_needs_no_more(data: bytes, size: int) -> None:
    head, pieces = Head(data), in_pieces(data, size)
    assert (head.is_complete, type(head.error)) == (pieces.is_complete, type(pieces.error))
    if head.is_complete:
        with suppress(ParseException):  # NoMoreData is not one
            next(RequestParser(CONFIG, [bytes(pieces.data)], ("", 0)))


def test_a_head_has_a_maximum_size() -> None:
    line = b"GET / HTTP/1.1\r\n"
    assert not Head(line.ljust(HEAD_BYTES, b"x")).is_over
    assert Head(line.ljust(HEAD_BYTES + 1, b"x")).error
