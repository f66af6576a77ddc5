import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from cyclegan.card import DISCRIMINATOR, RESIZE, EngineError, load_card
from cyclegan.checkpoints import load_generator
from cyclegan.engines.engine import Engine
from cyclegan.engines.load import load_engine
from cyclegan.export.artifact import SUFFIXES
from cyclegan.export.summary import FOLLOWERS
from cyclegan.inspect.inspection import Inspection, Inspector, Maps
from cyclegan.inspect.load import load_inspector
from cyclegan.networks import Generator, PatchDiscriminator, extend
from cyclegan.pictures import low_pass, to_pixels
from patience import PATIENCE
from pictures import landscape

SHIPPED = Path("weights/monet.pt")
CARD = load_card(SHIPPED)
PHOTO = to_pixels(landscape(160, 104))
LAYERS = range(len(CARD["layers"]))


@pytest.fixture(scope="module", params=SUFFIXES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def inspector(name: str) -> Inspector:
    return load_inspector(SHIPPED, name)


@pytest.fixture(scope="module")
def found(inspector: Inspector) -> Inspection:
    return inspector.inspect(PHOTO)


@pytest.fixture(scope="module")
def engine(name: str) -> Engine:
    return load_engine(SHIPPED, name)


@pytest.fixture
def weights(tmp_path: Path, name: str) -> Path:
    for suffix in (*SUFFIXES[name], DISCRIMINATOR, ".json"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    return tmp_path / "monet.json"


@pytest.fixture(scope="module")
def float_maps() -> list[Maps]:
    """The maps that every layer of the float generator makes of PHOTO, without the margin."""
    generator, _ = load_generator(SHIPPED.with_suffix(".safetensors"))
    with torch.inference_mode():
        extended, *_ = extend(batch(PHOTO), generator.stride, generator.min_side, generator.margin)
        return [inside(maps) for maps in layer_by_layer(generator, extended)]


def layer_by_layer(generator: Generator, maps: Tensor) -> list[Tensor]:
    """Returns each layer's output, with its norm and its activation."""
    outputs: list[Tensor] = []
    for module in generator.layers.children():
        maps = module(maps)
        if type(module) in FOLLOWERS:
            outputs.pop()
        if not isinstance(module, nn.ReflectionPad2d):
            outputs.append(maps.clone())  # ReLU works in place
    return outputs


def inside(maps: Tensor) -> Maps:
    """Crops the margin, which shrinks with the maps."""
    height, width = (side * maps.shape[2] // (PHOTO.shape[0] + 32) for side in PHOTO.shape[:2])
    top, left = (maps.shape[2] - height) // 2, (maps.shape[3] - width) // 2
    return maps[0, :, top : top + height, left : left + width].numpy()


def batch(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1).unsqueeze(0).contiguous()


@pytest.mark.parametrize("size", [(160, 104), (72, 256), (12, 16)])
def test_the_painting_is_that_of_the_engine(
    inspector: Inspector, engine: Engine, name: str, size: tuple[int, int]
) -> None:
    photo = to_pixels(landscape(*size))
    painting = inspector.inspect(photo).painting
    assert painting.dtype == np.float32
    # With more outputs, OpenVINO fuses operations differently, so that it may round differently on some processors.
    np.testing.assert_allclose(painting, engine.paint(photo), rtol=0, atol=1 / 127.5 if name == "openvino" else 1e-6)


@pytest.mark.parametrize("size", [(160, 104), (72, 256)])
def test_every_layer_of_the_card_has_maps_without_the_margin(inspector: Inspector, size: tuple[int, int]) -> None:
    width, height = size
    maps = inspector.inspect(to_pixels(landscape(width, height))).maps
    shapes = [layer["shape"] for layer in CARD["layers"]]
    side = CARD["layers_side"]
    assert [layer.shape for layer in maps] == [(c, height * h // side, width * w // side) for c, h, w in shapes]
    assert {layer.dtype for layer in maps} == {np.dtype(np.float32)}


@pytest.mark.parametrize("number", LAYERS)
def test_the_int8_maps_correlate_with_those_of_the_float_network(
    found: Inspection, float_maps: list[Maps], number: int
) -> None:
    ours, theirs = found.maps[number], float_maps[number]
    assert ours.shape == theirs.shape
    alike = [np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in zip(ours, theirs, strict=True)]
    assert min(alike) > 0.97


def test_a_resize_repeats_the_maps_before_it(found: Inspection) -> None:
    for number in LAYERS:
        if CARD["layers"][number]["name"] == RESIZE:
            np.testing.assert_array_equal(found.maps[number][:, 1::2, ::2], found.maps[number - 1])


def test_the_last_maps_are_the_change_that_is_added_to_the_photos_means(found: Inspection) -> None:
    change = found.maps[-1].transpose(1, 2, 0)
    assert np.abs(change).mean() > 0.02
    side = CARD["tiling"]["low_pass"]
    means = low_pass(PHOTO, side)
    inside = np.s_[side:-side, side:-side]  # at the edges, the engine's photo goes on, mirrored
    np.testing.assert_allclose((means + change).clip(-1, 1)[inside], found.painting[inside], atol=1e-6)


@pytest.mark.parametrize("size", [(160, 104), (72, 256)])
def test_the_scores_are_those_of_the_discriminator(inspector: Inspector, size: tuple[int, int]) -> None:
    picture = to_pixels(landscape(*size))
    discriminator = PatchDiscriminator().eval()
    discriminator.load_state_dict(load_file(SHIPPED.with_suffix(DISCRIMINATOR)))
    with torch.inference_mode():
        expected = discriminator(batch(picture))[0, 0].numpy()
    scores = inspector.score(picture)
    assert scores.shape == (size[1] // 8 - 2, size[0] // 8 - 2)
    np.testing.assert_allclose(scores, expected, atol=1e-3)
    assert scores.std() > 0.01


def test_maps_and_scores_are_not_overwritten_by_the_next_inspection(inspector: Inspector) -> None:
    outputs = [*inspector.inspect(PHOTO).maps, inspector.score(PHOTO)]
    before = [output.copy() for output in outputs]
    other = to_pixels(landscape(160, 104, seed=9))
    inspector.inspect(other)
    inspector.score(other)
    for output, kept in zip(outputs, before, strict=True):
        np.testing.assert_array_equal(output, kept)


def test_only_the_files_of_the_engine_are_needed(weights: Path, name: str) -> None:
    load_inspector(weights, name)


def test_a_missing_discriminator_is_named(weights: Path, name: str) -> None:
    weights.with_suffix(DISCRIMINATOR).unlink()
    with pytest.raises(EngineError, match=r"monet\.discriminator\.safetensors is missing: restore it"):
        load_inspector(weights, name)


def test_a_damaged_discriminator_is_refused(weights: Path, name: str) -> None:
    damaged = weights.with_suffix(DISCRIMINATOR)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(EngineError, match=r"monet\.discriminator\.safetensors is not the file that its card describes"):
        load_inspector(weights, name)


def test_with_openvino_nothing_imports_torch() -> None:
    program = """
import sys
from pathlib import Path
import numpy as np
from cyclegan.inspect.load import load_inspector
inspector = load_inspector(Path("weights/monet.pt"), "openvino")
photo = np.zeros((72, 72, 3), np.float32)
inspector.score(inspector.inspect(photo).painting)
sys.exit("torch" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)
