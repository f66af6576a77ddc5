import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from cyclegan.__main__ import main
from cyclegan.checkpoints import load_generator, save_generator
from cyclegan.export import onnx as onnx_export
from cyclegan.export.onnx import TOLERANCE, OnnxError, export_onnx, largest_difference
from cyclegan.networks import Generator, GeneratorConfig

Exported = tuple[Generator, Path]
SMALL = GeneratorConfig(base_channels=4, residual_blocks=1)


def publish(config: GeneratorConfig, path: Path, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    generator = Generator(config)
    for module in generator.modules():
        if isinstance(module, nn.Conv2d):  # untrained, a residual generator would return the photo
            nn.init.normal_(module.weight, 0.0, 0.1)
    save_generator(generator, config, path)
    return path


@pytest.fixture(scope="module", params=[0, 4], ids=["plain", "low-pass"])
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("onnx")
    weights = publish(replace(SMALL, low_pass=request.param), folder / "small.safetensors")
    assert export_onnx(weights, folder / "small.onnx") <= TOLERANCE
    assert sorted(path.name for path in folder.iterdir()) == ["small.onnx", "small.safetensors"]
    return load_generator(weights)[0], folder / "small.onnx"


def paint(file: Path, photo: torch.Tensor) -> torch.Tensor:
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (painting,) = session.run(["painting"], {"photo": photo.numpy()})
    return torch.from_numpy(painting)


@pytest.mark.parametrize("size", [(1, 2), (5, 1), (7, 9), (8, 8), (12, 13), (23, 64), (3, 2000), (511, 300)])
def test_onnxruntime_paints_any_size_as_the_float_network_does(exported: Exported, size: tuple[int, int]) -> None:
    generator, file = exported
    photo = torch.rand(1, 3, *size) * 2 - 1
    with torch.inference_mode():
        expected = generator(photo)
    assert (expected - photo).abs().mean() > 0.1
    np.testing.assert_allclose(paint(file, photo), expected, rtol=0, atol=1e-4)


def test_a_single_pixel_is_painted_but_only_rounding_decides_its_colour(exported: Exported) -> None:
    painting = paint(exported[1], torch.full((1, 3, 1, 1), 0.3))
    assert painting.shape == (1, 3, 1, 1)
    assert painting.abs().max() <= 1.3


def test_a_batch_is_painted_as_its_photos_one_by_one(exported: Exported) -> None:
    photos = torch.rand(3, 3, 20, 30) * 2 - 1
    one_by_one = [paint(exported[1], photo.unsqueeze(0)) for photo in photos]
    np.testing.assert_allclose(paint(exported[1], photos), torch.cat(one_by_one), rtol=0, atol=1e-4)


def test_the_file_names_its_axes_and_holds_no_path_of_this_machine(exported: Exported) -> None:
    model = onnx.load(exported[1])
    for value in (*model.graph.input, *model.graph.output):
        axes = [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        assert axes == ["batch", 3, "height", "width"]
    assert b".py" not in exported[1].read_bytes()


def test_too_large_a_difference_is_an_error_and_keeps_the_existing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = publish(SMALL, tmp_path / "small.safetensors")
    (tmp_path / "small.onnx").write_bytes(b"before")
    monkeypatch.setattr(onnx_export, "TOLERANCE", 1e-12)
    with pytest.raises(OnnxError, match=r"not written.* more than 1e-12: install the versions"):
        export_onnx(weights, tmp_path / "small.onnx")
    assert (tmp_path / "small.onnx").read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.onnx", "small.safetensors"]


def test_paintings_with_nan_are_an_error(tmp_path: Path) -> None:
    generator = Generator(SMALL)
    nn.init.constant_(generator.layers[-2].bias, float("nan"))
    save_generator(generator, SMALL, tmp_path / "nan.safetensors")
    with pytest.raises(OnnxError, match="up to nan"):
        export_onnx(tmp_path / "nan.safetensors", tmp_path / "nan.onnx")
    assert not (tmp_path / "nan.onnx").exists()


def test_the_largest_difference_tells_other_weights_apart(exported: Exported, tmp_path: Path) -> None:
    generator, file = exported
    config = replace(SMALL, low_pass=generator.low_pass)
    other, _ = load_generator(publish(config, tmp_path / "other.safetensors", seed=1))
    assert largest_difference(file, generator) <= TOLERANCE
    assert largest_difference(file, other) > 100 * TOLERANCE


def test_the_command_takes_a_checkpoint_and_writes_beside_it(tmp_path: Path) -> None:
    generator = Generator(SMALL)
    averaged = {f"module.{name}": value for name, value in generator.state_dict().items()}
    torch.save({"averaged": averaged, "generator_config": vars(SMALL)}, tmp_path / "best.pt")
    command = [sys.executable, "-W", "error", "-m", "cyclegan", "onnx", str(tmp_path / "best.pt")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"{tmp_path / 'best.onnx'}: paints at most ")
    assert largest_difference(tmp_path / "best.onnx", generator.eval()) <= TOLERANCE


def test_the_command_names_a_file_it_cannot_read_or_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["onnx", str(tmp_path / "missing.pt")]) == 1
    assert capsys.readouterr().err == f"cyclegan: The checkpoint {tmp_path / 'missing.pt'} does not exist.\n"
    weights = publish(SMALL, tmp_path / "small.safetensors")
    assert main(["onnx", str(weights), "-o", str(weights / "small.onnx")]) == 1
    assert "small.onnx can't be written" in capsys.readouterr().err


def test_without_its_packages_one_sentence_says_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "cyclegan.export.onnx")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # makes the import fail
    assert main(["onnx", "weights/monet.safetensors"]) == 1
    assert capsys.readouterr().err == (
        "cyclegan: ONNX needs the package onnxruntime: "
        "run pip install --constraint constraints.txt --editable '.[onnx]'\n"
    )


def test_the_shipped_weights_are_exported_within_a_tenth_of_the_tolerance(tmp_path: Path) -> None:
    shutil.copy("weights/monet.safetensors", tmp_path)
    assert export_onnx(tmp_path / "monet.safetensors", tmp_path / "monet.onnx") < 1e-4
