"""Tests that the limits allow what cameras and programs write; test_bombs.py has the files that they refuse."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from bombs import jpeg, jpeg_of_many_scans, segment, tiff
from pictures import landscape
from specimens import PNG_SIGNATURE, chunk
from uploads import file_of
from webapp.intake.limits import MARKS, NUMBERS, SCANS, PartsError, check_marks, check_scans
from webapp.intake.photo import IntakeError, read_photo


def read(data: bytes) -> Image.Image:
    return read_photo(BytesIO(data), 2**24, None)


def test_scans_are_read_up_to_the_limit() -> None:
    made = jpeg_of_many_scans(0).count(b"\xff\xda")
    assert read(jpeg_of_many_scans(SCANS - made)).size == (2000, 2000)
    with pytest.raises(PartsError, match="scans"):
        check_scans(jpeg_of_many_scans(SCANS - made + 1))


def test_scans_in_a_thumbnail_or_after_the_photo_do_not_count() -> None:
    scans = b"\xff\xda" * (SCANS + 1)
    assert read(jpeg(segment(0xE1, scans + b"\xff\xd9"))).size == (8, 8)
    assert read(file_of(landscape(64, 64), "JPEG") + scans).size == (64, 64)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_may_occur_up_to_its_limit(mark: bytes) -> None:
    check_marks(mark * MARKS[mark])
    with pytest.raises(PartsError):
        check_marks(mark * (MARKS[mark] + 1))


def test_a_png_in_many_small_pieces_is_read() -> None:
    whole = file_of(landscape(600, 400))
    at = whole.index(b"IDAT") - 4
    size = int.from_bytes(whole[at : at + 4], "big")
    pixels, rest = whole[at + 8 : at + 8 + size], whole[at + 12 + size :]
    pieces = [chunk(b"IDAT", pixels[start : start + 16]) for start in range(0, size, 16)]
    assert whole.startswith(PNG_SIGNATURE)
    assert len(pieces) > 1000
    assert read(whole[:at] + b"".join(pieces) + rest).size == (600, 400)


def test_a_jpeg_with_megabytes_of_metadata_is_read() -> None:
    """Phones write such files: the metadata holds a depth map."""
    assert read(jpeg(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(65_000)) * 150)).size == (8, 8)


def test_a_tiff_in_strips_of_one_row_is_read() -> None:
    rows = 10_000
    offsets = np.arange(rows, dtype="<u4") + 8 + 2 + 12 * 8 + 4 + 4 * rows * 2
    counts = np.ones(rows, dtype="<u4")
    assert offsets.nbytes + counts.nbytes < NUMBERS
    tags = [(256, 4, 1, 1), (257, 4, 1, rows), (273, 4, rows, 0), (278, 4, 1, 1), (279, 4, rows, 4 * rows)]
    data = tiff(*tags, data=offsets.tobytes() + counts.tobytes() + bytes(range(200)) * 50)
    photo = read(data)
    assert photo.size == (1, rows)
    assert photo.getpixel((0, 199)) == (199, 199, 199)


def test_a_layer_of_megabytes_in_a_tiff_does_not_count_as_numbers() -> None:
    undefined, size = 7, 4 * 2**20
    data = tiff((273, 4, 1, 8), (37_724, undefined, size, 0), data=bytes(size))
    assert read(data).size == (8, 8)


def test_the_tags_of_a_tiff_are_checked_in_both_byte_orders() -> None:
    for order in "<>":
        count = NUMBERS // 4 + 1
        head = b"II*\0" if order == "<" else b"MM\0*"
        data = head + struct.pack(f"{order}LHHHLLL", 8, 1, 256, 4, count, 26, 0) + bytes(4 * count)
        with pytest.raises(IntakeError) as refused:
            read(data)
        assert refused.value.name == "too_many_parts"
