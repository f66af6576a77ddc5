import pytest

from cyclegan.batch.record import mark, painting_id, read_mark
from cyclegan.card import Artifact
from cyclegan.paint.options import PaintingOptions
from cyclegan.pictures import SAVE_OPTIONS, encode
from pictures import landscape
from uploads import file_of

ARTIFACT: Artifact = {"bytes": 1, "sha256": {".pt": "12"}}
IDENTITY = painting_id(b"a photo", PaintingOptions(), "png", ARTIFACT)


@pytest.mark.parametrize("file_format", SAVE_OPTIONS)
def test_every_format_carries_the_mark(file_format: str) -> None:
    assert read_mark(encode(landscape(32, 24), file_format, mark(IDENTITY))) == IDENTITY


def test_the_id_depends_on_all_that_a_painting_is_made_of() -> None:
    other: Artifact = {"bytes": 1, "sha256": {".pt": "13"}}
    ids = {
        IDENTITY,
        painting_id(b"another", PaintingOptions(), "png", ARTIFACT),
        painting_id(b"a photo", PaintingOptions(passes=2), "png", ARTIFACT),
        painting_id(b"a photo", PaintingOptions(), "jpeg", ARTIFACT),
        painting_id(b"a photo", PaintingOptions(), "png", other),
    }
    assert len(ids) == 5


@pytest.mark.parametrize("data", [b"", b"no picture", file_of(landscape(32, 24), "JPEG")])
def test_other_files_carry_none(data: bytes) -> None:
    assert read_mark(data) is None
