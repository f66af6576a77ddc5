"""Runs an artifact. This and export.py are the only modules that touch TorchScript."""

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import Any, cast

import torch

from cyclegan.painter import Engine, Pixels


class EngineError(RuntimeError):
    """An artifact that can't be run; the message says why and what to do."""


class TorchScriptEngine:
    """The int8 TorchScript artifact, `weights/<style>.pt`.

    Raises EngineError where the file is missing, damaged, or not the one that its card describes.
    """

    def __init__(self, artifact: Path) -> None:
        card = load_card(artifact)
        if sha256(artifact) != card["sha256"]:
            raise EngineError(f"{artifact} is not the file that its card describes: restore both from the repository.")
        torch.backends.quantized.engine = "x86" if "x86" in torch.backends.quantized.supported_engines else "qnnpack"
        self._network = load_script(artifact)

    def paint(self, photo: Pixels) -> Pixels:
        """(H, W, 3) in [-1, 1] → (H, W, 3) in [-1, 1]."""
        with torch.inference_mode():
            batch = torch.from_numpy(photo).permute(2, 0, 1).unsqueeze(0)  # (1, 3, H, W), channels-last as it lies
            painting: torch.Tensor = self._network(batch)[0].permute(1, 2, 0).clamp(-1, 1)
            return painting.contiguous().numpy()


def load_engine(artifact: Path) -> Engine:
    """The engine for an artifact. Raises EngineError where it can't be run."""
    return TorchScriptEngine(artifact)


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
