"""The generator in int8: from the first convolution to the last every map is bytes.

Static post-training quantization (Jacob et al., 2018, arXiv 1712.05877), written out layer by layer, since torch's
own converter leaves instance norm in float, or in a kernel whose sums overflow on large bright pictures. Here the norm
is what it comes to once its statistics are known: an affine map of each channel, in one pass together with ReLU. They
are taken from a sample of the map's places, or given (thumbnail instance normalization, Chen et al., 2022,
arXiv 2103.11784), so that the tiles of one photo agree.

All modules are made to be scripted.
"""

from typing import Final, cast

import torch
import torch.ao.nn.quantized as nnq
import torch.nn.functional as F
from torch import Tensor, nn

from cyclegan.calibration import Calibration, Moments, Range
from cyclegan.networks import Generator, ResidualBlock, extend

# Seven bits of eight: processors without VNNI add two products of a byte and a weight in 16 bits, which eight overflow.
WEIGHT_LIMIT = 63
# Places along a map's shorter side that its statistics are taken from: 4,096 in all, enough for a mean and a variance.
SAMPLED_PLACES = 64
EPSILON = 1e-5  # of nn.InstanceNorm2d


class Int8Stem(nn.Module):
    """The first convolution, norm and ReLU in one: (1, 3, H + 6, W + 6) in [-1, 1] → (1, c, H, W) quint8.

    Photos differ most here: the contrast of some is a tenth of others', and one range for all would leave them a tenth
    of the steps. So the statistics are taken first, in float, and folded into the weights for each photo.
    """

    weight: Tensor
    zero_points: Tensor
    epsilon: Tensor
    places: Final[int] = SAMPLED_PLACES
    weight_limit: Final[int] = WEIGHT_LIMIT

    def __init__(self, convolution: nn.Conv2d, rectified: Range) -> None:
        super().__init__()
        self.register_buffer("epsilon", torch.full((convolution.out_channels,), EPSILON))
        # Rounded first, so that the statistics are those of the weights that paint.
        weight = convolution.weight.detach()
        scales = (weight.abs().amax((1, 2, 3), keepdim=True) / WEIGHT_LIMIT).clamp(min=1e-12)
        self.register_buffer("weight", (weight / scales).round() * scales)
        self.register_buffer("zero_points", torch.zeros(convolution.out_channels, dtype=torch.long))
        self.scale = rectified.scale
        self.zero_point = rectified.zero_point

    def forward(self, photo: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        # Bytes lie half a step from the grid of their own scale, and would be rounded to either side. The norm takes
        # back what all of them are moved by.
        photo = photo - 1 / 255
        if len(given) > 0:
            statistics = given.pop(0)
        else:
            step = sampling_step(photo, self.places)
            statistics = moments_of(F.conv2d(photo, self.weight, stride=[step, step]), self.epsilon)
        measured.append(statistics)
        mean, deviation = statistics[0], statistics[1].sqrt()
        weight = self.weight / deviation.view(-1, 1, 1, 1)
        scales = weight.abs().amax([1, 2, 3]).double() / self.weight_limit
        packed = torch.ops.quantized.conv2d_prepack(
            torch.quantize_per_channel(weight, scales, self.zero_points, 0, torch.qint8),
            -mean / deviation,
            [1, 1],
            [0, 0],
            [1, 1],
            1,
        )
        x = torch.quantize_per_tensor(photo, 1 / 127.5, 128, torch.quint8)
        rectified: Tensor = torch.ops.quantized.conv2d_relu(x, packed, self.scale, self.zero_point)
        return rectified


class Int8Convolution(nn.Module):
    """Convolution, norm and maybe ReLU: (1, c, H, W) quint8 → (1, d, H', W') quint8, both channels-last."""

    epsilon: Tensor
    places: Final[int] = SAMPLED_PLACES

    def __init__(
        self, convolution: nn.Conv2d, moments: Moments, convolved: Range, normalized: Range, rectify: bool
    ) -> None:
        super().__init__()
        # Standardized as the calibration photos were, every channel has its share of the 256 steps. The norm
        # that follows undoes it but for its epsilon.
        deviation = moments.deviation
        weight = convolution.weight.detach() / deviation[:, None, None, None]
        self.convolution = quantize_convolution(convolution, weight, -moments.mean / deviation, convolved)
        self.register_buffer("epsilon", EPSILON / deviation.square())
        # Norms have no parameters of their own here, but the kernel asks for them.
        self.register_buffer("gain", torch.ones(convolution.out_channels))
        self.register_buffer("shift", torch.zeros(convolution.out_channels))
        self.scale = normalized.scale
        self.zero_point = normalized.zero_point
        self.rectify: Final[bool] = rectify

    def forward(self, x: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        y = self.convolution(x)
        if len(given) > 0:
            statistics = given.pop(0)
        else:
            step = sampling_step(y, self.places)
            statistics = moments_of(y[:, :, ::step, ::step].dequantize(), self.epsilon)
        measured.append(statistics)
        mean, variance = statistics[0], statistics[1]
        if self.rectify:
            rectified: Tensor = torch.ops.quantized.batch_norm2d_relu(
                y, self.gain, self.shift, mean, variance, 0.0, self.scale, self.zero_point
            )
            return rectified
        normalized: Tensor = torch.ops.quantized.batch_norm2d(
            y, self.gain, self.shift, mean, variance, 0.0, self.scale, self.zero_point
        )
        return normalized


class Int8ResidualBlock(nn.Module):
    def __init__(self, first: Int8Convolution, second: Int8Convolution, total: Range) -> None:
        super().__init__()
        self.first = first
        self.second = second
        self.scale = total.scale
        self.zero_point = total.zero_point

    def forward(self, x: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        change = self.second(self.first(x, given, measured), given, measured)
        total: Tensor = torch.ops.quantized.add(x, change, self.scale, self.zero_point)
        return total


class Int8Upsample(nn.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        return F.interpolate(x, scale_factor=self.factor, mode="nearest")


class Int8Generator(nn.Module):
    """(1, 3, H, W) in [-1, 1] → the same, as Generator does it; any H, W ≥ 1."""

    stride: Final[int] = Generator.stride
    min_side: Final[int] = Generator.min_side
    margin: Final[int] = Generator.margin

    def __init__(self, stem: Int8Stem, layers: list[nn.Module], last: nnq.Conv2d, residual_output: bool) -> None:
        super().__init__()
        self.stem = stem
        self.layers = nn.ModuleList(layers)
        self.last = last
        self.residual_output: Final[bool] = residual_output
        self.norms: Final[int] = sum(isinstance(module, Int8Stem | Int8Convolution) for module in self.modules())

    def forward(self, photo: Tensor) -> Tensor:
        return self.measure(photo)[0]

    @torch.jit.export
    def measure(self, photo: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The painting, and the statistics of its norms: the mean and the variance, (2, c), of each."""
        h, w = photo.shape[2], photo.shape[3]
        extended, top, left = extend(photo, self.stride, self.min_side, self.margin)
        painting, statistics = self.paint(extended, [])
        return painting[:, :, top : top + h, left : left + w], statistics

    @torch.jit.export
    def paint(self, photo: Tensor, given: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """The painting of a photo whose sides are multiples of `stride`, at least `min_side`, without a margin.

        With the statistics `given`, or where that is empty with its own; and those.
        """
        if len(given) not in (0, self.norms):
            raise ValueError("Statistics are given for all norms or for none.")
        mirrored = F.pad(photo, (3, 3, 3, 3), mode="reflect").contiguous(memory_format=torch.channels_last)
        left, measured = list(given), torch.jit.annotate(list[Tensor], [])
        x = self.stem(mirrored, left, measured)
        for layer in self.layers:
            x = layer(x, left, measured)
        y = self.last(x).dequantize().tanh()
        return photo + y if self.residual_output else y, measured


def sampling_step(maps: Tensor, places: int) -> int:
    return max(1, min(maps.shape[2], maps.shape[3]) // places)


def moments_of(sample: Tensor, epsilon: Tensor) -> Tensor:
    """(1, c, h, w) → (2, c): each channel's mean, and its variance plus what keeps a norm from dividing by zero."""
    mean = sample.mean([2, 3], keepdim=True)
    # torch.var is many times slower on maps that lie channels-last.
    variance = (sample - mean).square().mean([2, 3])
    return torch.stack([mean.flatten(), variance.flatten() + epsilon])


def quantize(generator: Generator, calibration: Calibration) -> Int8Generator:
    """The generator in int8, with the ranges that the calibration saw."""
    moments, ranges = calibration.moments, calibration.ranges

    def convolution(module: nn.Module, last_of_layer: nn.Module) -> Int8Convolution:
        rectify = isinstance(last_of_layer, nn.ReLU)
        found = cast(nn.Conv2d, module)
        return Int8Convolution(found, moments[found], ranges[found], ranges[last_of_layer], rectify)

    _, first, _, relu, *rest, last, _ = cast(nn.Sequential, generator.layers)
    layers: list[nn.Module] = []
    for at, module in enumerate(rest):
        if isinstance(module, nn.Upsample):
            layers.append(Int8Upsample(cast(float, module.scale_factor)))
        elif isinstance(module, nn.Conv2d):
            layers.append(convolution(module, rest[at + 2]))
        elif isinstance(module, ResidualBlock):
            one, _, its_relu, two, its_norm = module.body
            block = Int8ResidualBlock(convolution(one, its_relu), convolution(two, its_norm), ranges[module])
            layers.append(block)
    stem = Int8Stem(cast(nn.Conv2d, first), ranges[relu])
    final = cast(nn.Conv2d, last)
    quantized = quantize_convolution(final, final.weight.detach(), cast(Tensor, final.bias).detach(), ranges[final])
    return Int8Generator(stem, layers, quantized, generator.residual_output).eval()


def quantize_convolution(convolution: nn.Conv2d, weight: Tensor, bias: Tensor, output: Range) -> nnq.Conv2d:
    """A convolution of the same shape with int8 weights, one scale for each output channel."""
    scales = (weight.abs().amax((1, 2, 3)) / WEIGHT_LIMIT).clamp(min=1e-12).double()
    zero_points = torch.zeros_like(scales, dtype=torch.long)
    quantized = nnq.Conv2d(
        convolution.in_channels,
        convolution.out_channels,
        cast(tuple[int, int], convolution.kernel_size),
        cast(tuple[int, int], convolution.stride),
        cast(tuple[int, int], convolution.padding),
    )
    quantized.set_weight_bias(torch.quantize_per_channel(weight, scales, zero_points, 0, torch.qint8), bias)
    quantized.scale, quantized.zero_point = output.scale, output.zero_point
    return quantized
