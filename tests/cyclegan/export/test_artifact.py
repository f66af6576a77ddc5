from pathlib import Path

import numpy as np
import openvino as ov
import pytest
import torch
from torch import nn

from cyclegan.card import DISCRIMINATOR, load_card, sha256
from cyclegan.checkpoints import CheckpointError, load_generator, save_generator
from cyclegan.engines.load import load_engine
from cyclegan.engines.torchscript import load_script
from cyclegan.evaluate.fidelity import compare
from cyclegan.export.artifact import export, paint_with
from cyclegan.export.openvino import build
from cyclegan.export.verify import ExportError, quantized_convolutions, verify_int8, verify_openvino_int8
from cyclegan.inspect.load import load_inspector
from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator
from cyclegan.pictures import to_pixels
from cyclegan.tensors import to_tensor
from pictures import landscape

SHIPPED = Path("weights/monet.pt")
SMALL = GeneratorConfig(base_channels=8, residual_blocks=1)


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(0)
    return Generator(SMALL).eval()


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    for number, path in enumerate(paths):
        landscape(96, 64, seed=number).save(path)
    return paths


@pytest.fixture
def checkpoint(generator: Generator, tmp_path: Path) -> Path:
    weights = {f"module.{name}": value for name, value in generator.state_dict().items()}
    state = {
        "step": 7,
        "record": {"seconds": 1.5},
        "generator_config": {"base_channels": 8, "residual_blocks": 1, "low_pass": 0},
        "averaged": {"n_averaged": torch.tensor(7), **weights},
        "painting_discriminator": PatchDiscriminator().state_dict(),
    }
    torch.save(state, tmp_path / "last.pt")
    return tmp_path / "last.pt"


def test_export_writes_the_artifacts_the_float_weights_and_the_card(
    checkpoint: Path, photos: list[Path], tmp_path: Path
) -> None:
    weights = tmp_path / "weights" / "small.pt"
    card = export(checkpoint, photos, photos[:3], weights)
    suffixes = ["bin", "discriminator.safetensors", "json", "pt", "safetensors", "xml"]
    assert sorted(path.name for path in weights.parent.iterdir()) == [f"small.{suffix}" for suffix in suffixes]
    assert load_card(weights) == card
    assert card["training"] == {"steps": 7, "seconds": 1.5}
    assert card["quantization"]["int8_convolutions"] == 1 + 2 + 2 + 2 + 1
    assert card["artifacts"]["torchscript"]["sha256"] == {".pt": sha256(weights)}
    discriminator = weights.with_suffix(DISCRIMINATOR)
    assert card["discriminator"] == {
        "bytes": discriminator.stat().st_size,
        "sha256": {".discriminator.safetensors": sha256(discriminator)},
    }
    assert card["compared"] == 2
    assert list(card["fidelity"]) == ["float32", "torchscript int8", "openvino int8", "openvino bf16"]
    for way in ("torchscript int8", "openvino int8"):
        assert card["fidelity"][way]["psnr_worst"] > 25
    photo = to_pixels(landscape(64, 48))
    for engine in ("torchscript", "openvino"):
        painting = load_engine(weights, engine).paint(photo)
        np.testing.assert_allclose(load_inspector(weights, engine).inspect(photo).painting, painting, atol=1 / 127.5)


@pytest.mark.parametrize("held", [None, {}, {"layers.0.weight": torch.zeros(1)}], ids=["none", "empty", "foreign"])
def test_a_checkpoint_without_a_discriminator_is_refused_before_anything_is_written(
    checkpoint: Path, photos: list[Path], tmp_path: Path, held: dict[str, torch.Tensor] | None
) -> None:
    state = torch.load(checkpoint)
    del state["painting_discriminator"]
    torch.save(state if held is None else {**state, "painting_discriminator": held}, checkpoint)
    with pytest.raises(CheckpointError, match=r"no painting discriminator: export a checkpoint written by train\.py"):
        export(checkpoint, photos, photos, tmp_path / "weights" / "small.pt")
    assert not (tmp_path / "weights").exists()


def test_a_single_photo_is_an_error_with_one_sentence(checkpoint: Path, photos: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="two photos"):
        export(checkpoint, photos[:1], photos, tmp_path / "small.pt")


# torch deprecates every kind of quantization.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_dynamic_quantization_leaves_convolutions_in_float_and_is_refused(generator: Generator, tmp_path: Path) -> None:
    dynamic = torch.ao.quantization.quantize_dynamic(generator, {nn.Conv2d}, dtype=torch.qint8)
    torch.jit.save(torch.jit.freeze(torch.jit.script(dynamic)), str(tmp_path / "dynamic.pt"))
    assert quantized_convolutions(tmp_path / "dynamic.pt") == 0
    with pytest.raises(ExportError, match="Only 0 of 14 convolutions run in int8"):
        verify_int8(tmp_path / "dynamic.pt", generator)


def test_weights_without_a_training_record_are_refused_before_anything_is_written(
    generator: Generator, photos: list[Path], tmp_path: Path
) -> None:
    save_generator(generator, SMALL, tmp_path / "published.safetensors")
    torch.save({"step": 1}, tmp_path / "bare.pt")
    for checkpoint in ("published.safetensors", "bare.pt"):
        with pytest.raises(CheckpointError):
            export(tmp_path / checkpoint, photos, photos, tmp_path / "weights" / "small.pt")
    assert not (tmp_path / "weights").exists()


def test_a_float_openvino_model_is_refused(generator: Generator, tmp_path: Path) -> None:
    ov.save_model(build(generator, None), tmp_path / "float.xml")
    with pytest.raises(ExportError, match="Only 0 of 8 convolutions run in int8"):
        verify_openvino_int8(tmp_path / "float.xml", generator)


def test_the_shipped_artifacts_are_int8_throughout() -> None:
    generator, config = load_generator(SHIPPED.with_suffix(".safetensors"))
    assert load_card(SHIPPED)["generator"] == vars(config)
    assert verify_int8(SHIPPED, generator) == 5 + 1 + 2 * config.residual_blocks
    verify_openvino_int8(SHIPPED.with_suffix(".xml"), generator)


@pytest.mark.parametrize("engine", ["torchscript", "openvino"])
def test_the_shipped_artifacts_paint_as_the_float_weights_do(engine: str) -> None:
    generator, _ = load_generator(SHIPPED.with_suffix(".safetensors"))
    photos = [to_tensor(landscape(256, 192, seed)).unsqueeze(0) for seed in range(20)]
    with torch.inference_mode():
        paintings = [generator(photo) for photo in photos]
    difference = compare(paint_with(load_engine(SHIPPED, engine)), paintings, photos)
    assert difference.psnr_median > 37
    assert difference.psnr_worst > 34


@pytest.mark.parametrize("way", ["torchscript int8", "openvino int8"])
def test_the_card_of_the_shipped_artifacts_says_that_they_are_good_enough(way: str) -> None:
    card = load_card(SHIPPED)
    row = card["fidelity"][way]
    assert card["compared"] == 200
    assert row["psnr_median"] > 37
    assert row["psnr_worst"] > 34
    assert row["kid"] < 1.03 * card["fidelity"]["float32"]["kid"]
    assert row["kid"] < 0.5 * card["evaluated"]["photos"]["kid"]


def test_the_shipped_artifact_changes_the_photo() -> None:
    photo = to_tensor(landscape(256, 192)).unsqueeze(0)
    with torch.inference_mode():
        painting = load_script(SHIPPED)(photo)
    assert np.abs((painting - photo).numpy()).mean() > 0.02
