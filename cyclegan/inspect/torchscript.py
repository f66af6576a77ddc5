"""Looks inside the int8 TorchScript artifact, one submodule after the other, and scores with the discriminator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from cyclegan.card import Card
from cyclegan.engines.torchscript import TorchScriptEngine, to_batch
from cyclegan.inspect.inspection import Inspection, Maps, Scores, inspection
from cyclegan.networks import PatchDiscriminator, extend
from cyclegan.pictures import Pixels


class TorchScriptInspector(TorchScriptEngine):
    def __init__(self, network: torch.jit.ScriptModule, discriminator: Path, card: Card, threads: int) -> None:
        super().__init__(network, card["tiling"], threads)
        self._card = card
        self._discriminator = PatchDiscriminator().eval()
        self._discriminator.load_state_dict(load_file(discriminator))  # into float32

    def inspect(self, photo: Pixels) -> Inspection:
        # Optimized, each submodule for itself and over its first calls, they would be no faster.
        with torch.inference_mode(), torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            return inspection(photo, self._answers(to_batch(photo)), self._card)

    def score(self, picture: Pixels) -> Scores:
        with torch.inference_mode():
            scores: Scores = self._discriminator(to_batch(picture).contiguous())[0, 0].numpy()
        return scores

    def _answers(self, photo: Tensor) -> Iterator[Maps]:
        """As Int8Generator.paint() does it."""
        tiling, network = self._card["tiling"], cast(Any, self._network)
        extended, _, _ = extend(photo, tiling["stride"], tiling["min_side"], tiling["margin"])
        mirrored = F.pad(extended, (3, 3, 3, 3), mode="reflect").contiguous(memory_format=torch.channels_last)
        x = network.stem(mirrored, [], [])
        yield _to_maps(x)
        for layer in network.layers.children():
            x = layer(x, [], [])
            if layer.original_name != "Int8Interleave":  # no layer of its own, but the same map in another order
                yield _to_maps(x)
        yield network.last(x).dequantize().tanh()[0].numpy()  # as blocks, which inspection() interleaves


def _to_maps(quantized: Tensor) -> Maps:
    maps: Maps = quantized.dequantize()[0].numpy()
    return maps
