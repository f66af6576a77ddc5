"""Tests that intake returns a picture within the limits or raises an IntakeError, whatever is uploaded.

Each run of the tests draws the same files; docs/operations.md says how to try many more.
"""

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from PIL import Image

from specimens import PNG_SIGNATURE, SIZE, chunk, specimens
from webapp.intake.photo import FORMATS, IntakeError, read_photo
from webapp.texts import LANGUAGES

LIMIT: Final = 2**20  # pixels
HEAD: Final = 256  # bytes at the beginning of a file, with most of its sizes and counts
REFUSALS: Final = {400, 413, 415}
NUMBERS: Final = (0, 1, 2, 16, 255, 256, 1000, 2**15, 2**16 - 1, 2**20, 2**24, 2**31 - 1, 2**31, 2**32 - 1)

# Pillow warns of oddities. In the tests warnings are errors; the server ignores them.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")


def read(data: bytes, longer_side: int | None) -> None:
    """Reads an upload: it must become a picture, or an IntakeError with a sentence in every language."""
    outcome = picture_or_refusal(data, longer_side)
    if isinstance(outcome, IntakeError):
        assert outcome.status in REFUSALS
        assert all(outcome.sentence(texts) for texts in LANGUAGES.values())
    else:
        assert outcome.mode == "RGB"
        assert 0 < outcome.width * outcome.height <= LIMIT
        assert len(outcome.tobytes()) == 3 * outcome.width * outcome.height


def picture_or_refusal(data: bytes, longer_side: int | None) -> Image.Image | IntakeError:
    try:
        return read_photo(BytesIO(data), LIMIT, longer_side)
    except IntakeError as error:
        return error


@st.composite
def spoiled(draw: DrawFn) -> bytes:
    """Draws a valid file and changes some of its bytes."""
    data = draw(wholes())
    for _ in range(draw(st.integers(1, 5))):
        if data:
            data = draw(st.sampled_from(WAYS))(draw, data)
    return with_checksums(data) if draw(st.booleans()) else data


def wholes() -> SearchStrategy[bytes]:
    return st.sampled_from(list(specimens().values()))


def flip(draw: DrawFn, data: bytes) -> bytes:
    at, bit = draw(places(data)), draw(st.integers(0, 7))
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def overwrite(draw: DrawFn, data: bytes) -> bytes:
    at, new = draw(places(data)), draw(st.binary(min_size=1, max_size=8))
    return data[:at] + new + data[at + len(new) :]


def lie(draw: DrawFn, data: bytes) -> bytes:
    """Overwrites a number near the beginning, where the sizes and counts are."""
    at = draw(places(data[:HEAD]))
    number, code = draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(["<H", ">H", "<L", ">L"]))
    new = struct.pack(code, number & 0xFFFF if code[1] == "H" else number)
    return data[:at] + new + data[at + len(new) :]


def truncate(draw: DrawFn, data: bytes) -> bytes:
    return data[: draw(places(data))]


def remove(draw: DrawFn, data: bytes) -> bytes:
    begin, end = sorted([draw(places(data)), draw(places(data))])
    return data[:begin] + data[end:]


def repeat(draw: DrawFn, data: bytes) -> bytes:
    begin, end = sorted([draw(places(data)), draw(places(data))])
    return data[:end] + data[begin:end] * draw(st.integers(1, 20)) + data[end:]


def splice(draw: DrawFn, data: bytes) -> bytes:
    other = draw(wholes())
    return data[: draw(places(data))] + other[draw(places(other)) :]


def places(data: bytes) -> SearchStrategy[int]:
    return st.integers(0, len(data) - 1)


WAYS: Final[tuple[Callable[[DrawFn, bytes], bytes], ...]] = (
    flip,
    overwrite,
    lie,
    truncate,
    remove,
    repeat,
    splice,
)


def with_checksums(data: bytes) -> bytes:
    """Corrects the checksums of a PNG, which would otherwise be refused unread."""
    if not data.startswith(PNG_SIGNATURE):
        return data
    whole, at = PNG_SIGNATURE, len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">L4s", data, at)
        whole += chunk(name, data[at + 8 : at + 8 + length])
        at += 12 + length
    return whole


def sides() -> SearchStrategy[int | None]:
    return st.sampled_from([None, 1, 8, 512])


def test_every_mode_that_can_be_written_is_read() -> None:
    photos = {name: read_photo(BytesIO(data), LIMIT, None) for name, data in specimens().items()}
    assert {photo.mode for photo in photos.values()} == {"RGB"}
    assert [name for name, photo in photos.items() if set(photo.size) != set(SIZE)] == []
    assert {name.split()[0] for name in photos} >= set(FORMATS)


@given(spoiled(), sides())
def test_a_spoiled_file_is_a_picture_or_refused(data: bytes, longer_side: int | None) -> None:
    read(data, longer_side)


@given(st.sampled_from(list(FORMATS)), st.binary(max_size=200), sides())
def test_a_file_that_only_begins_like_a_picture_is_refused(
    pillow_format: str, rest: bytes, longer_side: int | None
) -> None:
    head = specimens()[f"{pillow_format} RGB"]
    read(head[:16] + rest, longer_side)
    read(head[:64] + rest, longer_side)


@given(st.binary(max_size=500), sides())
def test_any_bytes_are_refused(data: bytes, longer_side: int | None) -> None:
    read(data, longer_side)
