from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, TiffImagePlugin

from cyclegan.reading.formats import FORMATS
from cyclegan.reading.read import PictureError, check_picture, load_picture, noticed_of, open_picture
from pictures import landscape
from uploads import file_of

FAULTS = Path(__file__).parents[2] / "faults"
PHOTO = landscape(96, 64)


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(data: bytes, name: str = "photo.jpg") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


@pytest.mark.parametrize("name", ["exif-garbage.png", "exif-garbage.webp", "exif-garbage.heic", "text-exif.png"])
def test_exif_that_cannot_be_read_leaves_the_picture_as_it_is_stored(name: str) -> None:
    with Image.open(BytesIO((FAULTS / name).read_bytes())) as stored:
        assert difference(load_picture(FAULTS / name), stored.convert("RGB")) == 0
    assert check_picture(FAULTS / name) is None


def test_white_paper_in_hdr_is_white() -> None:
    picture = load_picture(FAULTS / "hdr.heic")
    assert max(picture.get_flattened_data(0)) >= 250  # 149, as long as its samples were taken for those of sRGB


@pytest.mark.parametrize("pillow_format", FORMATS)
def test_every_format_is_read_under_any_name(written: Any, pillow_format: str) -> None:
    picture = PHOTO.resize((64, 64))  # the only size of those that an ICO may have
    path = written(file_of(picture, pillow_format))
    assert difference(load_picture(path), picture) < 10
    assert check_picture(path) is None


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("left", [0.999, 0.6])
def test_a_jpeg_that_was_cut_short_is_read_as_far_as_it_goes(written: Any, progressive: bool, left: float) -> None:
    data = file_of(PHOTO, "JPEG", quality=95, progressive=progressive)
    path = written(data[: int(left * len(data))])
    picture = load_picture(path)
    assert noticed_of(picture) == ("cut_short",)
    above = (0, 0, 96, 16)
    assert difference(picture.crop(above), PHOTO.crop(above)) < 12
    assert check_picture(path) == "it is incomplete"


def test_a_jpeg_without_any_pixel_is_refused(written: Any) -> None:
    with pytest.raises(PictureError):
        load_picture(written(file_of(PHOTO, "JPEG")[:300]))


def test_what_a_camera_appends_to_a_jpeg_does_no_harm(written: Any) -> None:
    """Motion photos end with a film, and Ultra HDR photos with a second JPEG."""
    data = file_of(PHOTO, "JPEG", quality=95)
    film = b"\0\0\0\x18ftypmp42" + bytes(5_000_000)
    for appended in (film, file_of(PHOTO.resize((24, 16)), "JPEG")):
        picture = load_picture(written(data + appended))
        assert noticed_of(picture) == ()
        assert difference(picture, load_picture(written(data))) == 0


@pytest.mark.parametrize("pillow_format", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_an_animation_says_that_its_first_picture_is_painted(written: Any, pillow_format: str) -> None:
    others = [landscape(96, 64, seed) for seed in (1, 2)]
    moving = file_of(PHOTO, pillow_format, save_all=True, append_images=others)
    picture = load_picture(written(moving))
    assert noticed_of(picture) == ("first_of_several",)
    assert difference(picture, PHOTO) < 12
    assert noticed_of(load_picture(written(file_of(PHOTO, pillow_format)))) == ()


@pytest.mark.parametrize(
    ("begin", "sentence"),
    [
        (b"FUJIFILMCCD-RAW 0201", r"a camera raw file \(RAF\): export it as JPEG first"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", r"a camera raw file \(CR3\): export it"),
        (b"II*\0\x10\0\0\0CR\2\0", r"a camera raw file \(CR2\): export it"),
        (b"\xff\x0a\xfa\x1f", "in the format JPEG XL: save it as JPEG or PNG first"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "in the format SVG"),
        (b"DDS \x7c\0\0\0", "in the format DDS"),
        (b"%PDF-1.7", "in the format PDF"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "in the format MP4"),
    ],
)
def test_known_formats_are_refused_by_name(written: Any, begin: bytes, sentence: str) -> None:
    path = written(begin + bytes(64))
    with pytest.raises(PictureError, match=sentence):
        load_picture(path)
    assert check_picture(path)


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({50706: b"\1\4\0\0"}, "DNG"),
        ({254: 1, 330: 8, ExifTags.Base.Make: "NIKON CORPORATION"}, "NEF"),
        ({254: 1, 330: 8, ExifTags.Base.Make: "SONY"}, "ARW"),
        ({254: 1, 330: 8}, "raw"),
    ],
)
def test_a_raw_file_is_not_painted_as_its_preview(written: Any, tags: dict[int, Any], name: str) -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in tags.items():
        if tag == 50706:
            directory.tagtype[tag] = 1  # bytes
        directory[tag] = value
    path = written(file_of(PHOTO.resize((8, 6)), "TIFF", tiffinfo=directory), "photo.dng")
    with pytest.raises(PictureError, match=rf"a camera raw file \({name}\)"):
        load_picture(path)


def test_a_tiff_with_smaller_copies_is_no_raw_file(written: Any) -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[254] = 0
    path = written(file_of(PHOTO, "TIFF", tiffinfo=directory))
    assert load_picture(path).size == PHOTO.size


def test_a_text_is_no_targa(written: Any) -> None:
    """Nothing at a TGA's begin says what it is, and its reader takes much for one."""
    tga = file_of(PHOTO, "TGA")
    assert open_picture(BytesIO(tga)).format == "TGA"
    with pytest.raises(PictureError):
        load_picture(written(tga[:-18]))


def test_the_error_names_the_file_whatever_a_reader_raises() -> None:
    path = FAULTS / "cut.heic"
    with pytest.raises(PictureError, match=r"cut\.heic can't be read"):
        load_picture(path)
    assert check_picture(path)
