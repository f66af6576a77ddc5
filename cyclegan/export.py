"""From a float checkpoint to the int8 artifact: calibrate, quantize, compile, verify, describe.

Post-training static quantization (Jacob et al., 2018, arXiv 1712.05877): weights per output channel in int8,
activations per tensor in uint8, with ranges seen on real photos.
"""

import copy
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
from torch import Tensor, nn
from torch.ao.quantization import MinMaxObserver, QConfig, QConfigMapping, default_per_channel_weight_observer
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

from cyclegan.checkpoints import CheckpointError, load_checkpoint
from cyclegan.datasets import load_picture, to_tensor
from cyclegan.engine import load_script, sha256
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.painter import resize_to

CALIBRATION_PHOTOS = 64  # more moved the PSNR by less than 0.1 dB
CALIBRATION_SIZE = 512  # pixels, the longer side: the size most photos are painted at


class ExportError(RuntimeError):
    """An artifact that failed its verification; nothing was written."""


@dataclass(frozen=True)
class Fidelity:
    """The int8 painting against the float one, over `photos` photos; PSNR in dB of 8-bit pictures."""

    photos: int
    psnr_median: float
    psnr_worst: float


def load_generator(checkpoint: Path) -> tuple[Generator, dict[str, Any]]:
    """The averaged photo-to-painting generator of a checkpoint, and the whole state for the card."""
    state = load_checkpoint(checkpoint)
    try:
        generator = Generator(GeneratorConfig(**state["generator_config"]))
        weights = {name.removeprefix("module."): value for name, value in state["averaged"].items()}
        del weights["n_averaged"]
        generator.load_state_dict(weights)
    except (KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{checkpoint} is no checkpoint of this trainer ({error}).") from error
    return generator.eval(), state


def quantize(generator: Generator, photos: Sequence[Tensor]) -> Generator:
    """A copy whose layers run in int8, with ranges observed on `photos`, each (1, 3, H, W) in [-1, 1]."""
    torch.backends.quantized.engine = "x86"
    # Plain minimum and maximum: the histogram observer clips the rare bright strokes and loses 1 to 2 dB.
    qconfig = QConfig(
        activation=MinMaxObserver.with_args(dtype=torch.quint8), weight=default_per_channel_weight_observer
    )
    # tanh stays in float: a fixed 1/128 grid would coarsen every pixel after it.
    mapping = QConfigMapping().set_global(qconfig).set_object_type(nn.Tanh, None)
    quantized = copy.deepcopy(generator)
    with _deprecations_known(), torch.inference_mode():
        observed = prepare_fx(quantized.layers, mapping, (photos[0],))
        quantized.layers = observed
        for photo in photos:
            quantized(photo)
        quantized.layers = convert_fx(observed)
    return quantized.eval()


def compile_script(generator: Generator) -> torch.jit.ScriptModule:
    with _deprecations_known():
        return cast(torch.jit.ScriptModule, torch.jit.freeze(torch.jit.script(generator)))


def quantized_convolutions(artifact: Path) -> int:
    """How many convolutions of the saved file run in int8, counted in its own graph."""
    graph = load_script(artifact).inlined_graph
    return sum(node.kind().startswith("quantized::conv2d") for node in graph.nodes())


def export(checkpoint: Path, photos: Sequence[Path], artifact: Path, training: dict[str, Any]) -> Fidelity:
    """Writes `artifact` and its card. Calibrates on the first photos, measures on the others.

    `training` describes the run for the card. Raises ExportError where the int8 file is not what it should be.
    """
    generator, state = load_generator(checkpoint)
    sized = [to_tensor(resize_to(load_picture(photo), CALIBRATION_SIZE)).unsqueeze(0) for photo in photos]
    calibration, held_out = sized[:CALIBRATION_PHOTOS], sized[CALIBRATION_PHOTOS:]
    script = compile_script(quantize(generator, calibration))
    partial = artifact.with_name(artifact.name + ".partial")
    with _deprecations_known():
        torch.jit.save(script, os.fspath(partial))
    expected = sum(isinstance(module, nn.Conv2d) for module in generator.modules())
    found = quantized_convolutions(partial)
    if found != expected:
        partial.unlink()
        raise ExportError(f"Only {found} of {expected} convolutions are int8 in the compiled file.")
    fidelity = compare(generator, load_script(partial), held_out)
    partial.replace(artifact)
    card = {
        "style": artifact.stem,
        "generator": state["generator_config"],
        "training": {"steps": state["step"], **training},
        "quantization": {
            "scheme": "post-training static; weights int8 per channel, activations uint8 per tensor (min-max)",
            "calibration_photos": len(calibration),
            "calibration_size": CALIBRATION_SIZE,
            "int8_convolutions": found,
        },
        "int8_against_float": asdict(fidelity),
        "licence": "MIT (the weights); trained on paintings in the public domain and photos from Flickr",
        "torch": torch.__version__,
        "exported": datetime.now(UTC).date().isoformat(),
        "bytes": artifact.stat().st_size,
        "sha256": sha256(artifact),
    }
    artifact.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    return fidelity


def compare(generator: Generator, script: torch.jit.ScriptModule, photos: Sequence[Tensor]) -> Fidelity:
    """Paints each photo in both precisions."""
    with torch.inference_mode():
        scores = [psnr(to_bytes(script(photo)), to_bytes(generator(photo))) for photo in photos]
    return Fidelity(len(scores), round(float(np.median(scores)), 2), round(min(scores), 2))


def to_bytes(painting: Tensor) -> Tensor:
    """[-1, 1] → 0…255, as the painter rounds."""
    return ((painting.clamp(-1, 1) + 1) * 127.5).round()


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of two pictures in 0…255; infinite where they are equal."""
    error = (a - b).square().mean().item()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


@contextmanager
def _deprecations_known() -> Iterator[None]:
    """torch.jit and torch.ao.quantization are deprecated upstream; torch is pinned, and they work in it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="torch")
        warnings.filterwarnings("ignore", message=".*(torch.ao.quantization|torch.jit).*")
        yield
