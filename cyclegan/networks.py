"""The two networks of CycleGAN (Zhu et al., 2017, arXiv 1703.10593).

Pictures are float tensors of shape (N, 3, H, W) with values in [-1, 1].
"""

from dataclasses import dataclass
from typing import Final

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class GeneratorConfig:
    base_channels: int = 64  # channels at full size; twice and four times as many further down
    residual_blocks: int = 5  # the paper has 6 at 128² and 9 at 256²
    # True adds the network's answer to the photo: it need not first learn to copy, so a short training paints.
    # False answers with the network alone, as the paper does.
    residual_output: bool = False

    @property
    def reach(self) -> int:
        """Pixels to every side that a painted pixel depends on, but for the norms, which see all."""
        # Of the 7×7 at full size 3 and 3; 10 on the way down and up again; two 3×3 a block, at a quarter of the size.
        return 16 + 2 * 4 * self.residual_blocks


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions beside an identity path (He et al., 2016, arXiv 1512.03385)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.InstanceNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.body(x)
        return x + change


class Generator(nn.Module):
    """Translates a picture from one domain to the other (Johnson et al., 2016, arXiv 1603.08155).

    (N, 3, H, W) in [-1, 1] → (N, 3, H, W); any H, W ≥ 1. With `residual_output` the answer may
    leave [-1, 1] a little; whoever shows it clips it.
    Convolutions pad with zeros, for a mirrored map would be a copy of every map; so that no painting shows a frame,
    the photo is mirrored beyond its edges, painted, and cut again. Not in training, whose crops have no edges.
    Upsampling is nearest resize + convolution, which leaves no checkerboard (Odena et al., 2016).
    """

    # Two stride-2 convolutions: the sides of what enters must be multiples of 4 ...
    stride: Final[int] = 4
    # ... and at least 12, or there is too little to mirror: see `margin`, of which the int8 network takes 6.
    min_side: Final[int] = 12
    # Pixels beyond each edge. Frames were seen without, none with 16 (a multiple of the stride).
    margin: Final[int] = 16

    def __init__(self, config: GeneratorConfig | None = None) -> None:
        super().__init__()
        config = config or GeneratorConfig()
        c = config.base_channels
        self.residual_output = config.residual_output
        last = nn.Conv2d(c, 3, 7, padding=3)
        self.layers: nn.Module = nn.Sequential(
            nn.ReflectionPad2d(3),
            *_convolution(3, c, kernel=7, padding=0),  # (N, c, H, W)
            *_convolution(c, 2 * c, kernel=3, stride=2),  # (N, 2c, H/2, W/2)
            *_convolution(2 * c, 4 * c, kernel=3, stride=2),  # (N, 4c, H/4, W/4)
            *(ResidualBlock(4 * c) for _ in range(config.residual_blocks)),
            nn.Upsample(scale_factor=2.0, mode="nearest"),
            *_convolution(4 * c, 2 * c, kernel=3),  # (N, 2c, H/2, W/2)
            nn.Upsample(scale_factor=2.0, mode="nearest"),
            *_convolution(2 * c, c, kernel=3),  # (N, c, H, W)
            last,  # (N, 3, H, W)
            nn.Tanh(),
        )
        initialize(self)
        if config.residual_output:
            # Begins as the identity: the photo is already a better painting than noise over it.
            nn.init.zeros_(last.weight)

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[2], x.shape[3]
        extended, top, left = extend(x, self.stride, self.min_side, 0 if self.training else self.margin)
        y: Tensor = self.layers(extended)[:, :, top : top + h, left : left + w]
        return x + y if self.residual_output else y


class PatchDiscriminator(nn.Module):
    """The 70×70 PatchGAN (Isola et al., 2017, arXiv 1611.07004): one score for each patch, not for the picture.

    (N, 3, H, W) → (N, 1, H/8 - 2, W/8 - 2), each score seeing 70×70 pixels. No activation: least-squares loss.
    """

    def __init__(self, base_channels: int = 64) -> None:
        super().__init__()
        c = base_channels
        self.layers = nn.Sequential(
            nn.Conv2d(3, c, 4, stride=2, padding=1),  # (N, c, H/2, W/2)
            nn.LeakyReLU(0.2, inplace=True),
            *_patch_convolution(c, 2 * c, stride=2),  # (N, 2c, H/4, W/4)
            *_patch_convolution(2 * c, 4 * c, stride=2),  # (N, 4c, H/8, W/8)
            *_patch_convolution(4 * c, 8 * c, stride=1),  # (N, 8c, H/8 - 1, W/8 - 1)
            nn.Conv2d(8 * c, 1, 4, padding=1),  # (N, 1, H/8 - 2, W/8 - 2)
        )
        initialize(self)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.layers(x)
        return scores


def extend(picture: Tensor, stride: int, min_side: int, margin: int) -> tuple[Tensor, int, int]:
    """A picture whose sides the generator can take, and where in it the given one begins: top and left.

    Its last row and column are repeated to multiples of `stride`, then it is mirrored `margin` pixels beyond its edges,
    or as far as there is something to mirror.
    """
    h, w = picture.shape[2], picture.shape[3]
    bottom = max(min_side - h, -h % stride)
    right = max(min_side - w, -w % stride)
    if bottom > 0 or right > 0:
        picture = F.pad(picture, (0, right, 0, bottom), mode="replicate")
    top = min(margin, h + bottom - stride)
    left = min(margin, w + right - stride)
    if top > 0 or left > 0:
        picture = F.pad(picture, (left, left, top, top), mode="reflect")
    return picture, top, left


def initialize(network: nn.Module) -> None:
    """Draws every convolution's weights from N(0, 0.02) and clears its bias (Zhu et al., appendix 7.1)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


# The norm subtracts each channel's mean, and with it any bias: its convolutions have none.
def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.InstanceNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]


def _patch_convolution(inputs: int, outputs: int, stride: int) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, 4, stride, padding=1, bias=False),
        nn.InstanceNorm2d(outputs),
        nn.LeakyReLU(0.2, inplace=True),
    ]
