"""Runs an artifact. Serving touches TorchScript nowhere else."""

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import Any, cast

import torch

from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.painter import Engine, Pixels, Statistics
from cyclegan.threads import threads_per_engine


class EngineError(RuntimeError):
    """An artifact that can't be run; the message says why and what to do."""


class TorchScriptEngine:
    """The int8 TorchScript artifact, `weights/<style>.pt`.

    Raises EngineError where the file is missing, damaged, or not the one that its card describes.
    """

    def __init__(self, artifact: Path, threads: int) -> None:
        card = load_card(artifact)
        if sha256(artifact) != card["sha256"]:
            raise EngineError(f"{artifact} is not the file that its card describes: restore both from the repository.")
        torch.backends.quantized.engine = "x86" if "x86" in torch.backends.quantized.supported_engines else "qnnpack"
        torch.set_num_threads(threads)
        self._network = load_script(artifact)
        try:
            self.reach = GeneratorConfig(**card["generator"]).reach
        except (KeyError, TypeError) as error:
            raise EngineError(
                f"The card of {artifact} describes no generator of this version: export it anew."
            ) from error
        if not all(hasattr(self._network, method) for method in ("measure", "paint")):
            raise EngineError(f"{artifact} is of an earlier version: export it anew.")
        self.stride = Generator.stride

    def paint(self, photo: Pixels) -> Pixels:
        """(H, W, 3) in [-1, 1] → (H, W, 3) in [-1, 1]."""
        with torch.inference_mode():
            return _to_pixels(self._network(_to_batch(photo)))

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        with torch.inference_mode():
            painting, statistics = self._network.measure(_to_batch(thumbnail))
        return _to_pixels(painting), statistics

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        with torch.inference_mode():
            painting, _ = self._network.paint(_to_batch(tile), statistics)
        return _to_pixels(painting)


def load_engine(artifact: Path, processes: int = 1) -> Engine:
    """The engine for an artifact, in one of so many processes. Raises EngineError where it can't be run."""
    return TorchScriptEngine(artifact, threads_per_engine(processes))


def load_script(artifact: Path) -> torch.jit.ScriptModule:
    try:
        with warnings.catch_warnings():
            # TorchScript and quantized tensors are deprecated upstream; torch is pinned, and they work in it.
            warnings.simplefilter("ignore")
            # Loading would say so on the terminal, past these filters, were it the first to make such a tensor.
            torch.quantize_per_tensor(torch.zeros(1), 1.0, 0, torch.quint8)
            return cast(torch.jit.ScriptModule, torch.jit.load(os.fspath(artifact), map_location="cpu").eval())
    except (RuntimeError, ValueError) as error:
        raise EngineError(f"{artifact} is no TorchScript file that this torch can load ({error}).") from error


def load_card(artifact: Path) -> dict[str, Any]:
    """The model card beside an artifact: how it was made, what it measures, its SHA-256."""
    path = artifact.with_suffix(".json")
    for needed in (artifact, path):
        if not needed.is_file():
            raise EngineError(f"{needed} is missing: restore it from the repository, or make it with `export`.")
    try:
        card = json.loads(path.read_text())
    except ValueError as error:
        raise EngineError(f"{path} is no model card: restore it from the repository.") from error
    if not isinstance(card, dict) or "sha256" not in card:
        raise EngineError(f"{path} is no model card: restore it from the repository.")
    return card


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_batch(pixels: Pixels) -> torch.Tensor:
    """(1, 3, H, W), channels-last as it lies."""
    return torch.from_numpy(pixels).permute(2, 0, 1).unsqueeze(0)


def _to_pixels(batch: torch.Tensor) -> Pixels:
    pixels: Pixels = batch[0].permute(1, 2, 0).clamp(-1, 1).contiguous().numpy()
    return pixels
