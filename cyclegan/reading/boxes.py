"""Walks the boxes that HEIC and AVIF files are made of (ISO/IEC 14496-12 and 23008-12)."""

from collections.abc import Iterator


class Span:
    """A range of bytes in a file, read number by number."""

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self.data = data
        self.position = position
        self.end = end

    @property
    def left(self) -> int:
        return self.end - self.position

    def number(self, width: int) -> int:
        """Reads a number of `width` bytes. Raises ValueError at the end of the range."""
        if width > self.left:
            raise ValueError("A box is cut short.")
        self.position += width
        return int.from_bytes(self.data[self.position - width : self.position], "big")


def boxes(span: Span) -> Iterator[tuple[bytes, Span]]:
    """Yields the name and the content of each box in a range. Raises ValueError when one is longer than the range."""
    while span.left:
        begin = span.position
        size, name = span.number(4), span.number(4).to_bytes(4, "big")
        if size == 1:  # the size doesn't fit into four bytes
            size = span.number(8)
        stop = begin + size if size else span.end
        if not span.position <= stop <= span.end:
            raise ValueError(f"The box {name!r} is cut short.")
        yield name, Span(span.data, span.position, stop)
        span.position = stop
