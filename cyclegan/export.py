"""From a float checkpoint to the int8 artifact: calibrate, quantize, compile, verify, describe."""

import json
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from cyclegan.calibration import calibrate
from cyclegan.checkpoints import CheckpointError, load_checkpoint, load_generator, save_generator
from cyclegan.datasets import to_tensor
from cyclegan.engine import load_script, sha256
from cyclegan.evaluation import Judge
from cyclegan.int8 import Int8Generator, quantize
from cyclegan.networks import Generator
from cyclegan.painter import resize_to
from cyclegan.pictures import load_picture

CALIBRATION_PHOTOS = 32
MEASURED_PHOTOS = 200
PHOTO_SIZE = 512  # pixels, the longer side: the size most photos are painted at


class ExportError(RuntimeError):
    """An artifact that failed its verification; nothing was written."""


@dataclass(frozen=True)
class Fidelity:
    """The int8 painting against the float one, over `photos` photos; PSNR in dB of 8-bit pictures."""

    photos: int
    psnr_median: float
    psnr_worst: float


def export(checkpoint: Path, photos: Sequence[Path], paintings: Sequence[Path], artifact: Path) -> Fidelity:
    """Writes `artifact`, its float weights (.safetensors) and its card (.json) beside each other.

    Calibrates on some of `photos` and compares the precisions on others, evenly taken from the whole list; KID
    holds the paintings of all of them against `paintings`.
    Raises ExportError where there are too few of them or the compiled file is not int8, CheckpointError
    where the checkpoint can't be used.
    """
    if len(photos) < 2:
        raise ExportError("Give at least two photos: one to calibrate on, another to measure on.")
    # First of all: a file without its training record must be refused before anything is written.
    training = training_record(load_checkpoint(checkpoint))
    generator, config = load_generator(checkpoint)
    calibration, measured = _spread(photos[::2], CALIBRATION_PHOTOS), _spread(photos[1::2], MEASURED_PHOTOS)
    with _deprecations_known():
        calibrated = calibrate(generator, [load_photo(photo) for photo in calibration])
        script = compile_script(quantize(generator, calibrated))

    artifact.parent.mkdir(parents=True, exist_ok=True)
    partial = artifact.with_name(artifact.name + ".partial")
    with _deprecations_known():
        torch.jit.save(script, os.fspath(partial))
    try:
        convolutions = verify_int8(partial, generator)
        fidelity = compare(generator, load_script(partial), [load_photo(photo) for photo in measured])
        judge = Judge(photos, paintings)
        judgements = {
            "photos": judge.judge_photos(),
            "float": judge(generator),
            "int8": judge(load_script(partial)),
        }
        partial.replace(artifact)
    finally:
        partial.unlink(missing_ok=True)

    save_generator(generator, config, artifact.with_suffix(".safetensors"))
    card = {
        "style": artifact.stem,
        "generator": asdict(config),
        "training": training,
        "quantization": {
            "scheme": "post-training static; weights 7-bit per channel in int8, maps uint8 per tensor "
            "(moving average of the extremes), norms affine in one pass over the bytes",
            "calibration_photos": len(calibration),
            "photo_size": PHOTO_SIZE,
            "int8_convolutions": convolutions,
        },
        "int8_against_float": asdict(fidelity),
        "judged": {
            "test_photos": len(photos),
            "reference_paintings": len(paintings),
            **{name: asdict(judgement) for name, judgement in judgements.items()},
        },
        "licence": "MIT (the weights). Trained on paintings in the public domain and photos from Flickr.",
        "torch": torch.__version__,
        "exported": datetime.now(UTC).date().isoformat(),
        "bytes": artifact.stat().st_size,
        "sha256": sha256(artifact),
    }
    artifact.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    return fidelity


def compile_script(generator: Int8Generator) -> torch.jit.ScriptModule:
    """TorchScript with `forward`, `measure` and `paint`."""
    with _deprecations_known():
        scripted = torch.jit.script(generator.eval())
        return cast(torch.jit.ScriptModule, torch.jit.freeze(scripted, preserved_attrs=["measure", "paint"]))


def verify_int8(artifact: Path, generator: Generator) -> int:
    """The number of int8 convolutions in a saved file. Raises ExportError unless every convolution is one."""
    expected = sum(isinstance(module, nn.Conv2d) for module in generator.modules())
    found = quantized_convolutions(artifact)
    if found != expected:
        raise ExportError(f"Only {found} of {expected} convolutions are int8 in the compiled file.")
    return found


def quantized_convolutions(artifact: Path) -> int:
    """How many convolutions of a saved file run in int8, counted in its own graph."""
    kinds = ("quantized::conv2d", "quantized::conv2d_relu")
    return sum(node.kind() in kinds for node in load_script(artifact).inlined_graph.nodes())


def compare(generator: Generator, script: torch.jit.ScriptModule, photos: Sequence[Tensor]) -> Fidelity:
    """Paints each photo, (1, 3, H, W) in [-1, 1], in both precisions."""
    with torch.inference_mode():
        scores = [psnr(to_bytes(script(photo)), to_bytes(generator(photo))) for photo in photos]
    return Fidelity(len(scores), round(float(np.median(scores)), 2), round(min(scores), 2))


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of two pictures in 0…255; infinite where they are equal."""
    error = (a - b).square().mean().item()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def to_bytes(painting: Tensor) -> Tensor:
    """[-1, 1] → 0…255, as the painter rounds."""
    return ((painting.clamp(-1, 1) + 1) * 127.5).round()


def load_photo(path: Path) -> Tensor:
    """(1, 3, H, W) in [-1, 1], PHOTO_SIZE on its longer side: smaller photos are enlarged, so that all count alike."""
    photo = load_picture(path)
    scale = PHOTO_SIZE / max(photo.size)
    if scale > 1:
        photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    return to_tensor(resize_to(photo, PHOTO_SIZE)).unsqueeze(0)


def training_record(state: dict[str, Any]) -> dict[str, Any]:
    """What the card says of the run: its steps, data, settings, time and machine."""
    if not {"step", "record"} <= state.keys():
        raise CheckpointError("The checkpoint does not say how it was trained: export one of train.py.")
    return {"steps": state["step"], **state["record"]}


def _spread(photos: Sequence[Path], count: int) -> Sequence[Path]:
    """At most `count` of `photos`, evenly taken: the order of a folder often goes by scene or season."""
    return photos[:: max(1, len(photos) // count)][:count]


@contextmanager
def _deprecations_known() -> Iterator[None]:
    """torch.jit and torch.ao.quantization are deprecated upstream; torch is pinned, and they work in it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="(?s).*deprecated")
        yield
