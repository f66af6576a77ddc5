"""Inspects the int8 TorchScript artifact, submodule by submodule, and scores with the discriminator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from cyclegan.card import Card
from cyclegan.engines.torchscript import TorchScriptEngine, to_batch
from cyclegan.inspect.inspection import Inspection, Maps, Scores, to_inspection
from cyclegan.networks import PatchDiscriminator, extend
from cyclegan.pictures import Pixels


class TorchScriptInspector(TorchScriptEngine):
    """Inspects with the int8 network in TorchScript."""

    def __init__(self, network: torch.jit.ScriptModule, discriminator: Path, card: Card, threads: int) -> None:
        super().__init__(network, card["tiling"], threads)
        self._card = card
        self._discriminator = PatchDiscriminator().eval()
        self._discriminator.load_state_dict(load_file(discriminator))  # into float32

    def inspect(self, photo: Pixels) -> Inspection:
        # TorchScript would optimize each submodule during its first calls, without making it faster.
        with torch.inference_mode(), torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            return to_inspection(photo, self._outputs(to_batch(photo)), self._card)

    def score(self, picture: Pixels) -> Scores:
        with torch.inference_mode():
            scores: Scores = self._discriminator(to_batch(picture).contiguous())[0, 0].numpy()
        return scores

    def _outputs(self, photo: Tensor) -> Iterator[Maps]:
        """Runs the layers as Int8Generator.paint() does, and yields each one's output."""
        tiling, network = self._card["tiling"], cast(Any, self._network)
        extended, _, _ = extend(photo, tiling["stride"], tiling["min_side"], tiling["margin"])
        mirrored = F.pad(extended, (3, 3, 3, 3), mode="reflect").contiguous(memory_format=torch.channels_last)
        x = network.stem(mirrored, [], [])
        yield _to_maps(x)
        for layer in network.layers.children():
            x = layer(x, [], [])
            if layer.original_name != "Int8Interleave":  # only reorders the map, so the card doesn't list it
                yield _to_maps(x)
        yield network.last(x).dequantize().tanh()[0].numpy()  # as blocks, which to_inspection() interleaves


def _to_maps(quantized: Tensor) -> Maps:
    maps: Maps = quantized.dequantize()[0].numpy()
    return maps
