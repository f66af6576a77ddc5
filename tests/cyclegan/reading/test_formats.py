"""The formats by every way in but the server's: test_paint.py of the API and of the browser have those."""

from pathlib import Path

import pytest

from cyclegan.__main__ import main
from cyclegan.folders import readable_pictures
from cyclegan.reading.formats import FORMATS
from pictures import landscape
from uploads import file_of

SUFFIXES = [(name, suffix) for name, suffixes in FORMATS.items() for suffix in suffixes]


@pytest.mark.parametrize(("pillow_format", "suffix"), SUFFIXES)
def test_every_suffix_is_found_by_the_command_line_and_by_training(
    tmp_path: Path, pillow_format: str, suffix: str
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    for name in (f"one{suffix}", f"two{suffix.upper()}"):
        (photos / name).write_bytes(file_of(landscape(64, 64), pillow_format))
    assert len(readable_pictures(photos)) == 2
    assert main(["paint", str(photos), "-o", str(out), "--size", "64", "--brush", "fine"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["one-monet.png", "two-monet.png"]
