"""The two networks of CycleGAN (Zhu et al., 2017, arXiv 1703.10593).

Pictures are float tensors of shape (N, 3, H, W) with values in [-1, 1].
"""

from dataclasses import dataclass
from typing import Final, Literal

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class GeneratorConfig:
    # Channels at full resolution; 2 × and 4 × as many at 1/2 and 1/4.
    base_channels: int = 64

    # Residual blocks at 1/4 of the resolution. The paper uses 6 for 128² and 9 for 256².
    residual_blocks: int = 5

    # Add the output to the photo's means over squares of this many pixels, enlarged bilinearly: they give shapes and
    # colours for nothing, and leave every stroke to the network. 1 adds the photo itself, whose finest detail then
    # stays under the paint. 0 adds nothing, as in the paper; the network must first learn to copy.
    low_pass: Literal[0, 1, 2, 4, 8] = 0

    @property
    def stride(self) -> int:
        """Pixels: the layers' input has sides that are multiples of it, and tiles begin at multiples of it."""
        # 4 for the two stride-2 convolutions; the squares of the low pass must lie the same in every tile.
        return max(4, self.low_pass)

    @property
    def reach(self) -> int:
        """The radius, in pixels, of the receptive field of a painted pixel, not counting the norms, which see all."""
        # 3 + 3 from the two 7×7, 10 from the down- and upsampling, and two 3×3 per block at a quarter of the size.
        return 16 + 2 * 4 * self.residual_blocks


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with a skip connection (He et al., 2016, arXiv 1512.03385): (N, C, H, W) → the same."""

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

    (N, 3, H, W) in [-1, 1] → (N, 3, H, W) for any H, W ≥ 1. With a `low_pass`, values may exceed [-1, 1]; callers clip
    them.
    Convolutions pad with zeros, since reflection padding would copy every map. To keep a frame from showing, the photo
    is mirrored beyond its edges, painted and cropped; not in training, whose crops have no real edges.
    Upsampling is nearest resize + convolution, which leaves no checkerboard (Odena et al., 2016).
    """

    # Pixels. Of shorter sides there is too little to mirror: the int8 network needs a margin of 6.
    min_side: Final[int] = 12
    # Pixels mirrored beyond each edge. Without it a frame is visible; with 16, a multiple of the stride, none is.
    margin: Final[int] = 16

    def __init__(self, config: GeneratorConfig | None = None) -> None:
        super().__init__()
        config = config or GeneratorConfig()
        c = config.base_channels
        self.stride = config.stride
        self.low_pass = config.low_pass
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
        if config.low_pass:
            # Starts as the low pass: the photo's shapes alone are a better painting than those with noise.
            nn.init.zeros_(last.weight)

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[2], x.shape[3]
        extended, top, left = extend(x, self.stride, self.min_side, 0 if self.training else self.margin)
        y: Tensor = self.layers(extended)
        if self.low_pass:
            y = y + low_pass(extended, self.low_pass)
        return y[:, :, top : top + h, left : left + w]


class PatchDiscriminator(nn.Module):
    """The 70×70 PatchGAN (Isola et al., 2017, arXiv 1611.07004): one score for each patch, not for the picture.

    (N, 3, H, W) in [-1, 1] → (N, 1, H/8 - 2, W/8 - 2); each score sees 70×70 pixels. The scores are unbounded, as the
    least-squares loss needs no activation.
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


def low_pass(picture: Tensor, side: int) -> Tensor:
    """Returns what is left of a picture, (N, C, H, W), without its detail, in the same shape.

    Takes the means of squares of `side` × `side` pixels and enlarges them bilinearly. H and W must be multiples of
    `side`.
    """
    if side == 1:
        return picture
    return F.interpolate(F.avg_pool2d(picture, side), scale_factor=float(side), mode="bilinear", align_corners=False)


def extend(picture: Tensor, stride: int, min_side: int, margin: int) -> tuple[Tensor, int, int]:
    """Pads a picture, (N, C, H, W), to sides that the generator accepts, and mirrors it beyond its edges.

    Repeats the last row and column until both sides are multiples of `stride` and at least `min_side`, then mirrors
    `margin` pixels beyond every edge, or as many as the picture has.
    Returns the padded picture and the position, (top, left) in pixels, of the original in it.
    """
    h, w = picture.shape[2], picture.shape[3]
    bottom = max(min_side, h) + -max(min_side, h) % stride - h
    right = max(min_side, w) + -max(min_side, w) % stride - w
    if bottom > 0 or right > 0:
        picture = F.pad(picture, (0, right, 0, bottom), mode="replicate")
    top = min(margin, h + bottom - stride)
    left = min(margin, w + right - stride)
    if top > 0 or left > 0:
        picture = F.pad(picture, (left, left, top, top), mode="reflect")
    return picture, top, left


def initialize(network: nn.Module) -> None:
    """Draws every convolution's weights from N(0, 0.02) and sets its bias to 0 (Zhu et al., appendix 7.1)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


# No bias, since the norm that follows subtracts each channel's mean.
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
