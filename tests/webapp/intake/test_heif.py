"""Tests that HEIC and AVIF files from cameras pass; test_bombs.py has those that do not."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image

from bombs import MEBIBYTE, box, full_box, heic
from pictures import landscape
from specimens import specimens
from uploads import file_of
from webapp.intake.heif import PROPERTIES, READ, STEPS, check_boxes
from webapp.intake.limits import PartsError
from webapp.intake.photo import read_photo


@pytest.mark.parametrize("pillow_format", ["AVIF", "HEIF"])
def test_every_specimen_passes(pillow_format: str) -> None:
    files = [data for name, data in specimens().items() if name.startswith(pillow_format)]
    assert len(files) > 10
    for data in files:
        check_boxes(data)


def test_a_heic_in_tiles_passes_and_is_read() -> None:
    """Phones write such files: a grid of many pictures."""
    data = file_of(landscape(800, 600), "HEIF", tile_size=64)
    check_boxes(data)
    assert data.count(b"hvc1") > 100
    assert read_photo(BytesIO(data), 2**24, None).size == (800, 600)


def test_bytes_count_each_time_that_they_are_read() -> None:
    pieces = READ // MEBIBYTE
    check_boxes(heic(described=MEBIBYTE // 4, pieces=pieces))
    with pytest.raises(PartsError, match="bytes"):
        check_boxes(heic(described=MEBIBYTE, pieces=pieces))
    check_boxes(heic(described=MEBIBYTE // 2, pictures=pieces))
    with pytest.raises(PartsError, match="bytes"):
        check_boxes(heic(described=MEBIBYTE, pictures=pieces))


def test_the_properties_of_a_picture_are_limited() -> None:
    others = 2  # the codec's, and the size
    turn = box(b"irot", b"\0")
    check_boxes(heic(properties=(turn,) * (PROPERTIES - others)))
    with pytest.raises(PartsError, match="properties"):
        check_boxes(heic(properties=(turn,) * (PROPERTIES - others + 1)))


def test_the_boxes_of_a_file_are_limited() -> None:
    with pytest.raises(PartsError, match="boxes"):
        check_boxes(box(b"ftyp", b"heic") + box(b"free") * STEPS)


@pytest.mark.parametrize("one_box", [True, False])
def test_a_picture_with_many_auxiliary_ones_is_read(one_box: bool) -> None:
    """Phones add masks of sky, skin and hair, and maps of depth and of brightness."""
    others = range(2, 47)
    if one_box:
        references = (box(b"auxl", struct.pack(f">HH{len(others)}H", 1, len(others), *others)),)
    else:
        references = tuple(box(b"auxl", struct.pack(">HHH", other, 1, 1)) for other in others)
    skin = full_box(b"auxC", 0, b"urn:com:apple:photo:2018:aux:semanticskinmatte\0")
    data = heic(pictures=1 + len(others), properties=(skin,), references=references)
    assert read_photo(BytesIO(data), 2**24, None).size == (64, 64)


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_heic_is_turned_by_its_own_box_and_not_by_its_exif(turn: int, orientation: int) -> None:
    """So browsers show it: ISO/IEC 23008-12 leaves EXIF to those who only look at metadata."""
    shown = landscape(64, 64)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    properties = (box(b"irot", bytes([turn])),)
    data = heic(shown=shown, properties=properties, exif=exif.tobytes().removeprefix(b"Exif\0\0"))
    assert orientation == 1 or Image.open(BytesIO(data)).info["original_orientation"] == orientation
    wanted = shown.transpose(Image.Transpose.ROTATE_90) if turn else shown
    read = read_photo(BytesIO(data), 2**24, None)
    assert np.abs(np.asarray(read, dtype=float) - np.asarray(wanted, dtype=float)).mean() < 8


@pytest.mark.parametrize("cut", [10, 40, 100])
def test_a_box_that_is_cut_short_is_an_error(cut: int) -> None:
    with pytest.raises(ValueError, match="cut short"):
        check_boxes(heic()[:cut])


def test_other_formats_are_ignored() -> None:
    check_boxes(b"\xff\xd8\xff\xe0" + bytes(100))
