"""What the command line spells out, so as not to import the painter for it, is what the painter takes."""

from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from cyclegan.__main__ import parse
from cyclegan.commands.paint import SAVED_FORMATS, Paint
from cyclegan.engines.load import DEFAULT, ENGINES
from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import PASSES, SIZE, STRENGTH, PaintingOptions
from cyclegan.pictures import SAVE_OPTIONS


def test_its_defaults_are_the_painters() -> None:
    paint = Paint(photos=(Path("photo.jpg"),))
    assert PaintingOptions(paint.passes, paint.strength, paint.detail, paint.size, paint.brush) == PaintingOptions()
    assert paint.engine == DEFAULT


def test_its_choices_are_the_painters() -> None:
    kinds = get_type_hints(Paint)
    assert get_args(kinds["brush"]) == tuple(BRUSHES)
    assert get_args(kinds["engine"]) == ENGINES
    assert set(SAVED_FORMATS.values()) == SAVE_OPTIONS.keys()


def test_its_help_names_the_painters_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parse(["paint", "--help"])
    said = capsys.readouterr().out
    for bounds in (PASSES, STRENGTH, SIZE):
        assert f"{bounds.start} to {bounds.stop - 1}" in said
