import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cyclegan.card import EngineError, load_card
from cyclegan.engines import load as engines
from cyclegan.engines.engine import Engine, Statistics
from cyclegan.engines.load import AUTO, ENGINES, load_engine
from cyclegan.engines.openvino import OpenVINOEngine
from cyclegan.engines.torchscript import TorchScriptEngine
from cyclegan.export.artifact import SUFFIXES
from cyclegan.paint.options import FULL, PaintingOptions
from cyclegan.paint.painter import Painter
from cyclegan.pictures import Pixels, to_pixels
from pictures import landscape

SHIPPED = Path("weights/monet.pt")


@pytest.fixture(scope="module", params=[name for name in ENGINES if name != AUTO])
def engine(request: pytest.FixtureRequest) -> Engine:
    return load_engine(SHIPPED, request.param)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    for suffix in (".pt", ".xml", ".bin", ".json"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    return tmp_path / SHIPPED.name


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (120, 90)])
def test_any_size_is_painted_in_range(engine: Engine, size: tuple[int, int]) -> None:
    photo = to_pixels(landscape(*size))
    painting = engine.paint(photo)
    assert painting.shape == photo.shape
    assert painting.dtype == np.float32
    assert np.abs(painting).max() <= 1


def test_the_same_photo_gives_the_same_painting(engine: Engine) -> None:
    photo = to_pixels(landscape(64, 48))
    first = engine.paint(photo)
    engine.paint(to_pixels(landscape(30, 80)))
    np.testing.assert_array_equal(engine.paint(photo), first)


def test_statistics_are_not_overwritten_by_the_next_measurement(engine: Engine) -> None:
    tile = to_pixels(landscape(160, 160))
    _, statistics = engine.measure(tile)
    before = engine.paint_tile(tile, statistics)
    engine.measure(to_pixels(landscape(160, 120, seed=9)))
    np.testing.assert_array_equal(engine.paint_tile(tile, statistics), before)


@pytest.mark.parametrize("size", [(512, 384), (1, 1), (3, 300), (130, 97)])
def test_the_engines_paint_alike(size: tuple[int, int]) -> None:
    photo = to_pixels(landscape(*size))
    ours, theirs = (load_engine(SHIPPED, name).paint(photo) for name in ("torchscript", "openvino"))
    # The maps of a single pixel are flat, so the norms amplify nothing but rounding errors.
    assert np.abs(ours - theirs).mean() < (0.02 if min(size) > 1 else 1)


def test_torchscript_is_the_default_and_auto_takes_the_faster_engine() -> None:
    assert isinstance(load_engine(SHIPPED), TorchScriptEngine)
    assert isinstance(load_engine(SHIPPED, AUTO), OpenVINOEngine)


@pytest.mark.parametrize(
    ("asked", "missing", "sentence"),
    [
        ("openvino", {"openvino"}, r"openvino is not installed: run pip install .*'\.\[openvino\]'"),
        ("torchscript", {"torch"}, r"torchscript is not installed: run pip install .*'\.\[torchscript\]'"),
        (AUTO, {"torch", "openvino"}, "No engine is installed"),
    ],
)
def test_an_engine_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, asked: str, missing: set[str], sentence: str
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda package: None if package in missing else object())
    with pytest.raises(EngineError, match=sentence):
        load_engine(SHIPPED, asked)


def test_auto_takes_an_installed_engine_with_an_artifact(monkeypatch: pytest.MonkeyPatch, weights: Path) -> None:
    with monkeypatch.context() as only_torch:
        only_torch.setattr(engines, "find_spec", lambda package: None if package == "openvino" else object())
        assert isinstance(load_engine(SHIPPED, AUTO), TorchScriptEngine)
    card = load_card(weights)
    del card["artifacts"]["openvino"]
    weights.with_suffix(".json").write_text(json.dumps(card))
    assert isinstance(load_engine(weights, AUTO), TorchScriptEngine)
    with pytest.raises(EngineError, match="no artifact for openvino"):
        load_engine(weights, "openvino")


@pytest.mark.parametrize("name", SUFFIXES)
def test_only_the_files_of_the_engine_are_needed(weights: Path, name: str) -> None:
    for suffix in {".pt", ".xml", ".bin"} - set(SUFFIXES[name]):
        weights.with_suffix(suffix).unlink()
    load_engine(weights.with_suffix(SUFFIXES[name][0]), name)


@pytest.mark.parametrize("suffix", [".pt", ".json", ".xml", ".bin"])
def test_a_missing_file_is_named(weights: Path, suffix: str) -> None:
    weights.with_suffix(suffix).unlink()
    with pytest.raises(EngineError, match=f"monet{suffix} is missing"):
        load_engine(weights, "openvino" if suffix in SUFFIXES["openvino"] else "torchscript")


@pytest.mark.parametrize("suffix", [".pt", ".xml", ".bin"])
def test_a_damaged_artifact_is_refused(weights: Path, suffix: str) -> None:
    damaged = weights.with_suffix(suffix)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(EngineError, match=f"monet{suffix} is not the file that its card describes"):
        load_engine(weights, "openvino" if suffix in SUFFIXES["openvino"] else "torchscript")


@pytest.mark.parametrize("card", ["", "{", "[]", "{}", '{"generator": {}, "sha256": ""}'])
def test_a_damaged_or_older_card_is_refused(weights: Path, card: str) -> None:
    weights.with_suffix(".json").write_text(card)
    with pytest.raises(EngineError, match="not a model card"):
        load_engine(weights)


def gradient(width: int, height: int) -> Image.Image:
    """Returns a cloudless sky, where the slightest seam would show."""
    across, down = np.linspace(0, 60, width), np.linspace(0, 90, height)[:, None]
    sky = np.stack([90 + across + down, 140 + 0 * across + down, 230 - across / 2 + 0 * down], axis=2)
    return Image.fromarray(sky.round().astype(np.uint8))


def seam(engine: Engine, photo: Image.Image, axis: int) -> float:
    """Returns how visible the worst seam between tiles is: its jump relative to the jumps around it; 1 is invisible."""
    before = np.asarray(photo, dtype=float)
    options = PaintingOptions(passes=2, size=FULL, brush="fine")
    change = (np.asarray(Painter(engine).paint(photo, options), dtype=float) - before).mean(2)
    jumps = np.abs(np.diff(change, axis=axis)).mean(1 - axis)
    return max(jump_at(edge, jumps) for edge in range(engine.tile, max(photo.size), engine.tile))


def jump_at(edge: int, jumps: NDArray[np.float64]) -> float:
    around = np.concatenate([jumps[edge - 60 : edge - 5], jumps[edge + 5 : edge + 60]])
    return float(jumps[edge - 1] / np.median(around))


class OwnStatistics:
    """An engine that paints every tile with the tile's own statistics, the naive approach."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.whole, self.tile = engine.whole, engine.tile
        self.stride, self.reach = engine.stride, engine.reach

    def paint(self, photo: Pixels) -> Pixels:
        return self.engine.paint(photo)

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        return thumbnail, []

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        return self.engine.paint(tile)[self.reach : -self.reach, self.reach : -self.reach]

    def release(self) -> None:
        self.engine.release()


@pytest.mark.parametrize(("size", "axis"), [((1100, 200), 1), ((200, 1100), 0)], ids=["across", "down"])
@pytest.mark.parametrize("draw", [gradient, landscape])
def test_no_seam_shows_between_tiles(
    engine: Engine, draw: Callable[[int, int], Image.Image], size: tuple[int, int], axis: int
) -> None:
    assert seam(engine, draw(*size), axis) < 1.4
    assert seam(OwnStatistics(engine), draw(*size), axis) > 1.5


def test_a_tile_is_painted_as_in_a_larger_tile(engine: Engine) -> None:
    photo = to_pixels(landscape(512, 256))
    _, statistics = engine.measure(photo)
    whole, part = engine.paint_tile(photo, statistics), engine.paint_tile(photo[:, 256:].copy(), statistics)
    assert whole.shape == (256 - 2 * engine.reach, 512 - 2 * engine.reach, 3)
    # Bit for bit, but for processors with AMX, whose kernels round a few values otherwise in tiles of another width.
    difference = np.abs(part - whole[:, 256:])
    assert float(difference.mean()) < 1e-3
    assert float(difference.max()) < 0.05


def test_a_tile_is_painted_as_in_the_whole_photo(engine: Engine) -> None:
    photo = to_pixels(landscape(512, 256))
    painting, statistics = engine.measure(photo)
    inside = slice(engine.reach, -engine.reach)
    np.testing.assert_array_equal(engine.paint_tile(photo, statistics), painting[inside, inside])
