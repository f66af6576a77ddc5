import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cyclegan.checkpoints import CheckpointError, load_generator, save_generator
from cyclegan.datasets import to_tensor
from cyclegan.engine import load_script, sha256
from cyclegan.export import (
    ExportError,
    compare,
    export,
    psnr,
    quantized_convolutions,
    verify_int8,
)
from cyclegan.networks import Generator, GeneratorConfig
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
        "generator_config": {"base_channels": 8, "residual_blocks": 1, "residual_output": False},
        "averaged": {"n_averaged": torch.tensor(7), **weights},
    }
    torch.save(state, tmp_path / "last.pt")
    return tmp_path / "last.pt"


def test_export_writes_an_artifact_its_float_weights_and_its_card(
    checkpoint: Path, photos: list[Path], tmp_path: Path
) -> None:
    artifact = tmp_path / "weights" / "small.pt"
    fidelity = export(checkpoint, photos, photos[:3], artifact)
    card = json.loads(artifact.with_suffix(".json").read_text())
    assert sorted(path.name for path in artifact.parent.iterdir()) == ["small.json", "small.pt", "small.safetensors"]
    assert card["sha256"] == sha256(artifact)
    assert card["training"] == {"steps": 7, "seconds": 1.5}
    assert card["quantization"]["int8_convolutions"] == quantized_convolutions(artifact) == 1 + 2 + 2 + 2 + 1
    assert card["judged"].keys() == {"photos", "float", "int8", "test_photos", "reference_paintings"}
    assert fidelity.photos == 2
    assert fidelity.psnr_worst > 25


def test_too_few_photos_are_a_clear_error(checkpoint: Path, photos: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="two photos"):
        export(checkpoint, photos[:1], photos, tmp_path / "small.pt")


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::UserWarning"
)  # torch says it of every kind of quantization
def test_dynamic_quantization_is_caught_as_the_no_op_that_it_is(generator: Generator, tmp_path: Path) -> None:
    dynamic = torch.ao.quantization.quantize_dynamic(generator, {nn.Conv2d}, dtype=torch.qint8)
    torch.jit.save(torch.jit.freeze(torch.jit.script(dynamic)), str(tmp_path / "dynamic.pt"))
    assert quantized_convolutions(tmp_path / "dynamic.pt") == 0
    with pytest.raises(ExportError, match="Only 0 of 8 convolutions are int8"):
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


def test_psnr() -> None:
    black, grey = torch.zeros(1, 3, 4, 4), torch.full((1, 3, 4, 4), 25.5)
    assert psnr(grey, black) == pytest.approx(20)
    assert psnr(black, black) == float("inf")


def test_the_shipped_artifact_is_int8_throughout_and_paints_as_its_float_weights_do() -> None:
    generator, config = load_generator(SHIPPED.with_suffix(".safetensors"))
    card = json.loads(SHIPPED.with_suffix(".json").read_text())
    assert card["generator"] == vars(config)
    assert verify_int8(SHIPPED, generator) == 5 + 1 + 2 * config.residual_blocks

    photos = [to_tensor(landscape(256, 192, seed)).unsqueeze(0) for seed in range(20)]
    fidelity = compare(generator, load_script(SHIPPED), photos)
    print(f"int8 against float over {fidelity.photos} drawn photos: {fidelity}")
    assert fidelity.photos >= 20
    assert fidelity.psnr_median > 37
    assert fidelity.psnr_worst > 34
    assert card["int8_against_float"]["photos"] == 200
    assert card["int8_against_float"]["psnr_median"] > 37
    assert card["judged"]["int8"]["kid"] < 1.05 * card["judged"]["float"]["kid"]
    assert card["judged"]["int8"]["kid"] < 0.5 * card["judged"]["photos"]["kid"]


def test_the_shipped_artifact_changes_the_photo() -> None:
    photo = to_tensor(landscape(256, 192)).unsqueeze(0)
    with torch.inference_mode():
        painting = load_script(SHIPPED)(photo)
    assert np.abs((painting - photo).numpy()).mean() > 0.02
