import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cyclegan.canvas import TILE
from cyclegan.engine import EngineError, load_engine
from cyclegan.painter import FULL, Engine, Painter, PaintingOptions, Pixels, Statistics, to_pixels
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


def test_a_card_without_a_generator_is_refused(artifact: Path) -> None:
    card = {**json.loads(artifact.with_suffix(".json").read_text()), "generator": {"colour": "blue"}}
    artifact.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(EngineError, match="describes no generator"):
        load_engine(artifact)


@pytest.mark.parametrize("card", ["", "{", "[]", "{}"])
def test_a_damaged_card_is_refused(artifact: Path, card: str) -> None:
    artifact.with_suffix(".json").write_text(card)
    with pytest.raises(EngineError, match="no model card"):
        load_engine(artifact)


def gradient(width: int, height: int) -> Image.Image:
    """A sky without a cloud, where the slightest seam would show."""
    across, down = np.linspace(0, 60, width), np.linspace(0, 90, height)[:, None]
    sky = np.stack([90 + across + down, 140 + 0 * across + down, 230 - across / 2 + 0 * down], axis=2)
    return Image.fromarray(sky.round().astype(np.uint8))


def seam(engine: Engine, photo: Image.Image, axis: int) -> float:
    """How much more the painting jumps from one tile to the next than around there: 1 is no more."""
    before = np.asarray(photo, dtype=float)
    options = PaintingOptions(passes=2, size=FULL, brush="fine")
    change = (np.asarray(Painter(engine).paint(photo, options), dtype=float) - before).mean(2)
    jumps = np.abs(np.diff(change, axis=axis)).mean(1 - axis)
    around = np.concatenate([jumps[TILE - 60 : TILE - 5], jumps[TILE + 5 : TILE + 60]])
    return float(jumps[TILE - 1] / np.median(around))


class Separate:
    """Every tile by its own statistics: the plain way."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.stride, self.reach = engine.stride, engine.reach

    def paint(self, photo: Pixels) -> Pixels:
        return self.engine.paint(photo)

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        return thumbnail, []

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        return self.engine.paint(tile)


@pytest.mark.parametrize(("size", "axis"), [((1100, 200), 1), ((200, 1100), 0)], ids=["across", "down"])
@pytest.mark.parametrize("draw", [gradient, landscape])
def test_no_seam_shows_between_tiles(draw: Callable[[int, int], Image.Image], size: tuple[int, int], axis: int) -> None:
    engine = load_engine(SHIPPED)
    assert seam(engine, draw(*size), axis) < 1.4
    assert seam(Separate(engine), draw(*size), axis) > 1.5


def test_a_tile_is_painted_as_in_the_whole() -> None:
    engine = load_engine(SHIPPED)
    photo = to_pixels(landscape(512, 256))
    _, statistics = engine.measure(photo)
    whole, part = engine.paint_tile(photo, statistics), engine.paint_tile(photo[:, 256:].copy(), statistics)
    np.testing.assert_array_equal(part[:, engine.reach :], whole[:, 256 + engine.reach :])
