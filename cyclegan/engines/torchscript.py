"""Runs the int8 TorchScript artifact, `weights/<style>.pt`. Serving touches TorchScript nowhere else."""

import os
import warnings
from pathlib import Path
from typing import cast

import torch

from cyclegan.card import EngineError, Tiling
from cyclegan.engines.engine import Statistics
from cyclegan.pictures import Pixels


class TorchScriptEngine:
    # Memory grows with the squares of both. With smaller tiles what lies around them takes more of the work; here 30 %.
    whole = 1024
    tile = 576

    def __init__(self, network: torch.jit.ScriptModule, tiling: Tiling, threads: int) -> None:
        torch.backends.quantized.engine = "x86" if "x86" in torch.backends.quantized.supported_engines else "qnnpack"
        torch.set_num_threads(threads)
        self._network = network
        self.stride, self.reach = tiling["stride"], tiling["reach"]
        self._frame = tiling["frame"]

    def paint(self, photo: Pixels) -> Pixels:
        """(H, W, 3) in [-1, 1] → (H, W, 3) in [-1, 1]."""
        with torch.inference_mode():
            return _to_pixels(self._network(to_batch(photo)))

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        with torch.inference_mode():
            painting, statistics = self._network.measure(to_batch(thumbnail))
        return _to_pixels(painting), statistics

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        with torch.inference_mode():
            painting, _ = self._network.paint(to_batch(tile), statistics)
        inside = self.reach - self._frame
        return _to_pixels(painting[:, :, inside:-inside, inside:-inside])

    def release(self) -> None:
        """It keeps none."""


def load_script(artifact: Path) -> torch.jit.ScriptModule:
    """Raises EngineError where the file is none that this torch can load."""
    try:
        with warnings.catch_warnings():
            # TorchScript and quantized tensors are deprecated upstream; torch is pinned, and they work in it.
            warnings.simplefilter("ignore")
            # Loading would say so on the terminal, past these filters, were it the first to make such a tensor.
            torch.quantize_per_tensor(torch.zeros(1), 1.0, 0, torch.quint8)
            return cast(torch.jit.ScriptModule, torch.jit.load(os.fspath(artifact), map_location="cpu").eval())
    except (RuntimeError, ValueError) as error:
        raise EngineError(f"{artifact} is no TorchScript file that this torch can load ({error}).") from error


def to_batch(pixels: Pixels) -> torch.Tensor:
    """(1, 3, H, W), channels-last as it lies."""
    return torch.from_numpy(pixels).permute(2, 0, 1).unsqueeze(0)


def _to_pixels(batch: torch.Tensor) -> Pixels:
    pixels: Pixels = batch[0].permute(1, 2, 0).clamp(-1, 1).contiguous().numpy()
    return pixels
