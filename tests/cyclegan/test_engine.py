import shutil
from pathlib import Path

import numpy as np
import pytest

from cyclegan.engine import EngineError, load_engine
from cyclegan.painter import to_pixels
from pictures import landscape

SHIPPED = Path("weights/monet.pt")


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    for suffix in (".pt", ".json"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    return tmp_path / SHIPPED.name


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (120, 90)])
def test_any_size_is_painted_in_range(size: tuple[int, int]) -> None:
    photo = to_pixels(landscape(*size))
    painting = load_engine(SHIPPED).paint(photo)
    assert painting.shape == photo.shape
    assert painting.dtype == np.float32
    assert np.abs(painting).max() <= 1


def test_the_same_photo_gives_the_same_painting() -> None:
    photo = to_pixels(landscape(64, 48))
    engine = load_engine(SHIPPED)
    first = engine.paint(photo)
    engine.paint(to_pixels(landscape(30, 80)))
    np.testing.assert_array_equal(engine.paint(photo), first)


@pytest.mark.parametrize("suffix", [".pt", ".json"])
def test_a_missing_file_is_named(artifact: Path, suffix: str) -> None:
    artifact.with_suffix(suffix).unlink()
    with pytest.raises(EngineError, match=f"monet{suffix} is missing"):
        load_engine(artifact)


def test_a_damaged_artifact_is_refused(artifact: Path) -> None:
    content = bytearray(artifact.read_bytes())
    content[len(content) // 2] ^= 1
    artifact.write_bytes(content)
    with pytest.raises(EngineError, match="not the file that its card describes"):
        load_engine(artifact)


@pytest.mark.parametrize("card", ["", "{", "[]", "{}"])
def test_a_damaged_card_is_refused(artifact: Path, card: str) -> None:
    artifact.with_suffix(".json").write_text(card)
    with pytest.raises(EngineError, match="no model card"):
        load_engine(artifact)
