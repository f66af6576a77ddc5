"""Limits the boxes that HEIC and AVIF files are made of (ISO/IEC 14496-12 and 23008-12).

A file may hold its metadata once and have it read again for each picture, which can add up to gigabytes.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from cyclegan.reading.boxes import Span, boxes
from webapp.intake.limits import PartsError

STEPS: Final = 2**16  # boxes, items and pieces of items in a file
READ: Final = 2**26  # bytes read, counted each time they are read
PROPERTIES: Final = 16  # of an item: its size, colours, codec, rotations; each rotation visits all pixels

DESCRIBES: Final = b"cdsc"


def check_boxes(data: bytes) -> None:
    """Raises PartsError if a HEIC or AVIF file exceeds these limits, and ValueError if its boxes are malformed."""
    if data[4:8] == b"ftyp":
        _File(data).check()


class _File:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._steps = 0
        self._read = 0
        self._of_item: Counter[int] = Counter()  # bytes
        self._of_property: list[int] = []  # bytes

    def check(self) -> None:
        for name, meta in self._boxes(Span(self._data, 0, len(self._data))):
            if name == b"meta":
                meta.number(4)  # version and flags
                inner = list(self._boxes(meta))
                # References and associations need the sizes of the items, so the order matters.
                for known, look in [(b"iloc", self._locate), (b"iref", self._refer), (b"iprp", self._associate)]:
                    for found, span in inner:
                        if found == known:
                            look(span)

    def _boxes(self, span: Span) -> Iterator[tuple[bytes, Span]]:
        for box in boxes(span):
            self._step()
            yield box

    def _locate(self, iloc: Span) -> None:
        version = iloc.number(4) >> 24
        widths = iloc.number(2)
        of_offset, of_length, of_base = widths >> 12, widths >> 8 & 15, widths >> 4 & 15
        of_index = widths & 15 if version else 0
        of_item = 4 if version == 2 else 2
        for _ in range(iloc.number(of_item)):
            self._step()
            item = iloc.number(of_item)
            iloc.number((2 if version else 0) + 2 + of_base)
            for _ in range(iloc.number(2)):
                self._step()
                iloc.number(of_index + of_offset)
                size = iloc.number(of_length) or len(self._data)
                self._of_item[item] += size
                self._count(size)

    def _refer(self, iref: Span) -> None:
        of_item = 4 if iref.number(4) >> 24 else 2
        for name, reference in self._boxes(iref):
            if name == DESCRIBES:
                item = reference.number(of_item)
                self._count(self._of_item[item] * reference.number(2))

    def _associate(self, iprp: Span) -> None:
        inner = list(self._boxes(iprp))
        for name, container in inner:
            if name == b"ipco":
                self._of_property += [span.left for _, span in self._boxes(container)]
        for name, ipma in inner:
            if name != b"ipma":
                continue
            head = ipma.number(4)
            of_item = 4 if head >> 24 else 2
            of_index = 2 if head & 1 else 1
            for _ in range(ipma.number(4)):
                self._step()
                ipma.number(of_item)
                count = ipma.number(1)
                if count > PROPERTIES:
                    raise PartsError(f"An item of the file has more than {PROPERTIES} properties.")
                for _ in range(count):
                    index = ipma.number(of_index) & (0x7FFF if of_index == 2 else 0x7F)
                    if 0 < index <= len(self._of_property):
                        self._count(self._of_property[index - 1])

    def _step(self) -> None:
        self._steps += 1
        if self._steps > STEPS:
            raise PartsError(f"The file has more than {STEPS} boxes and items.")

    def _count(self, size: int) -> None:
        self._read += size
        if self._read > READ:
            raise PartsError(f"The file is read as more than {READ} bytes.")
