"""Runs the int8 TorchScript artifact, `weights/<style>.pt`, with torch."""

import os
import warnings
from pathlib import Path
from typing import cast

import torch

from cyclegan.card import EngineError, Tiling
from cyclegan.engines.engine import Statistics
from cyclegan.pictures import Pixels


class TorchScriptEngine:
    """Paints with the int8 network in TorchScript. Sets torch's number of threads for the whole process."""

    # Pixels. Memory grows with the square of both. At this tile size 30 % of the work is the halo; smaller tiles have
    # more of it.
    whole = 1024
    tile = 576

    def __init__(self, network: torch.jit.ScriptModule, tiling: Tiling, threads: int) -> None:
        torch.backends.quantized.engine = "x86" if "x86" in torch.backends.quantized.supported_engines else "qnnpack"
        torch.set_num_threads(threads)
        self._network = network
        self.stride, self.reach, self.low_pass = tiling["stride"], tiling["reach"], tiling["low_pass"]
        self._frame = tiling["frame"]

    def paint(self, photo: Pixels) -> Pixels:
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
        """Does nothing, since TorchScript keeps no buffers."""


def load_script(artifact: Path) -> torch.jit.ScriptModule:
    """Loads a TorchScript file for the CPU, in evaluation mode. Raises EngineError when torch can't load it."""
    try:
        with warnings.catch_warnings():
            # TorchScript and quantized tensors are deprecated upstream, but work in the pinned version of torch.
            warnings.simplefilter("ignore")
            # The first quantized tensor warns from C++. If loading created it, these filters would miss the warning.
            torch.quantize_per_tensor(torch.zeros(1), 1.0, 0, torch.quint8)
            return cast(torch.jit.ScriptModule, torch.jit.load(os.fspath(artifact), map_location="cpu").eval())
    except (RuntimeError, ValueError) as error:
        raise EngineError(
            f"torch can't load {artifact} ({error}): restore the file, or install the versions of constraints.txt."
        ) from error


def to_batch(pixels: Pixels) -> torch.Tensor:
    """Returns (H, W, 3) pixels as (1, 3, H, W), a channels-last view that shares their memory."""
    return torch.from_numpy(pixels).permute(2, 0, 1).unsqueeze(0)


def _to_pixels(batch: torch.Tensor) -> Pixels:
    pixels: Pixels = batch[0].permute(1, 2, 0).clamp(-1, 1).contiguous().numpy()
    return pixels
