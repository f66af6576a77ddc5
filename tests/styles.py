"""Styles that the tests make themselves: their generators are untrained, but served as a trained one is."""

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import openvino as ov
import torch

from cyclegan.card import DISCRIMINATOR, WEIGHTS, Artifact, load_card, sha256
from cyclegan.export.artifact import SUFFIXES, tiling
from cyclegan.export.calibration import calibrate
from cyclegan.export.openvino import build
from cyclegan.export.summary import describe
from cyclegan.export.torchscript import compile_script, deprecations_known, quantize
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.tensors import to_tensor
from pictures import landscape


def export_style(folder: Path, config: GeneratorConfig) -> Path:
    """Writes the artifacts of a random generator, and returns one's path. The rest is the shipped style's."""
    torch.manual_seed(0)
    generator = Generator(config).eval()
    # Without a low pass an untrained generator's output is zero, and its painting the low pass alone.
    torch.nn.init.normal_(list(generator.layers.children())[-2].weight, 0, 0.02)
    photos = [to_tensor(landscape(128, 96, seed)).unsqueeze(0) for seed in range(4)]
    artifact = folder / "random.pt"
    with deprecations_known():
        calibrated = calibrate(generator, photos)
        torch.jit.save(compile_script(quantize(generator, calibrated)), os.fspath(artifact))
    ov.save_model(build(generator, calibrated), artifact.with_suffix(".xml"), compress_to_fp16=False)
    shutil.copy(WEIGHTS.with_suffix(DISCRIMINATOR), artifact.with_suffix(DISCRIMINATOR))
    card = load_card(WEIGHTS)
    card |= {
        "style": "random",
        "generator": asdict(config),
        "tiling": tiling(config),
        "layers": describe(config, card["layers_side"]),
        "artifacts": {engine: describe_files(artifact, suffixes) for engine, suffixes in SUFFIXES.items()},
    }
    artifact.with_suffix(".json").write_text(json.dumps(card))
    return artifact


def describe_files(artifact: Path, suffixes: tuple[str, ...]) -> Artifact:
    files = {suffix: artifact.with_suffix(suffix) for suffix in suffixes}
    size = sum(file.stat().st_size for file in files.values())
    return Artifact(bytes=size, sha256={suffix: sha256(file) for suffix, file in files.items()})
