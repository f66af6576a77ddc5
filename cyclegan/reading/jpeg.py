"""Walks the markers of JPEG files (ITU-T T.81, annex B)."""

import re
from collections.abc import Iterator
from typing import Final

START: Final = b"\xff\xd8"
END: Final = b"\xff\xd9"
# A marker after any fill bytes. Restart markers and escaped bytes of pixels don't match.
MARKER: Final = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
STANDALONE: Final = {0x01, 0xD8}  # markers without a length
SCAN, LAST = 0xDA, 0xD9  # markers


def markers(data: bytes) -> Iterator[int]:
    """Yields the markers of a JPEG up to its end, the end's included. What a camera appends is not looked at."""
    position = len(START)
    while found := MARKER.search(data, position):
        marker = found[1][0]
        yield marker
        if marker == LAST:
            return
        position = found.end()
        if marker not in STANDALONE:
            position += int.from_bytes(data[position : position + 2], "big")


def is_cut_short(data: bytes) -> bool:
    """Whether a file begins as a JPEG and ends before the JPEG does."""
    return data.startswith(START) and LAST not in markers(data)
