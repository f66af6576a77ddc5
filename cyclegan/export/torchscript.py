"""The int8 generator in TorchScript: from the first convolution to the last, every map is uint8.

Static post-training quantization (Jacob et al., 2018, arXiv 1712.05877), written out layer by layer, since torch's own
converter leaves instance norm in float, or in a kernel whose sums overflow on large bright pictures. A norm with known
statistics is an affine map of each channel, which folds into its convolution's scales and bias, so convolution, norm
and ReLU are one pass. The statistics are measured first, on a sample of positions, or given (thumbnail instance
normalization: Chen et al., 2022, arXiv 2103.11784), so that the tiles of one photo match.

All modules can be scripted.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

import torch
import torch.ao.nn.quantized as nnq
import torch.nn.functional as F
from torch import Tensor, nn

from cyclegan.export.calibration import Calibration, ChannelRange, Range
from cyclegan.export.subpixel import PHASES, block_weights, interleave, resized_weights
from cyclegan.networks import Generator, ResidualBlock, extend, low_pass

# Weights use 7 of 8 bits: processors without VNNI add two products of a byte and a weight in 16 bits, which 8-bit
# weights would overflow.
WEIGHT_LIMIT = 63
# Positions sampled along a map's shorter side for its statistics: 4,096 in all, enough for a mean and a variance.
# With 80², the worst of 200 photos is 2 dB closer to float in the same time, but a large photo takes up to 240 MiB.
SAMPLED_PLACES = 64
EPSILON = 1e-5  # of nn.InstanceNorm2d
UNIT = Range(1 / 127.5, 128)  # from -1 to 1
# Pixels on every side of the input that the output lacks: 2 and 1 from the upsamplings, 3 from the last convolution.
FRAME = 6


class Int8Stem(nn.Module):
    """The first convolution, norm and ReLU: (1, 3, H + 6, W + 6) in [-1, 1] → (1, c, H, W) quint8, channels-last.

    Its statistics are measured in float, since no int8 range suits photos of both the lowest and the highest contrast.
    """

    integers: Tensor
    scales: Tensor
    zero_points: Tensor
    epsilon: Tensor
    places: Final[int] = SAMPLED_PLACES

    def __init__(self, convolution: nn.Conv2d, rectified: Range) -> None:
        super().__init__()
        integers, scales = quantize_weights(convolution.weight.detach())
        self.register_buffer("integers", integers)
        self.register_buffer("scales", scales)
        self.register_buffer("zero_points", torch.zeros_like(scales, dtype=torch.long))
        self.register_buffer("epsilon", torch.full_like(scales, EPSILON))
        self.photo_scale, self.photo_zero_point = UNIT.scale, UNIT.zero_point
        self.scale, self.zero_point = rectified.scale, rectified.zero_point

    def forward(self, photo: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        # 8-bit samples lie halfway between two quantization levels and would be rounded either way. The norm undoes
        # this shift.
        photo = photo - 1 / 255
        if len(given) > 0:
            statistics = given.pop(0)
        else:
            step = sampling_step(photo.shape[2], photo.shape[3], self.places)
            weight = self.integers * self.scales.view(-1, 1, 1, 1)
            statistics = channel_statistics(F.conv2d(photo, weight, stride=[step, step]), self.epsilon, 1)
        measured.append(statistics)
        mean, deviation = statistics[0], statistics[1].sqrt()
        packed = pack(self.integers, self.scales / deviation, self.zero_points, -mean / deviation, 1, 0)
        x = torch.quantize_per_tensor(photo, self.photo_scale, self.photo_zero_point, torch.quint8)
        rectified: Tensor = torch.ops.quantized.conv2d_relu(x, packed, self.scale, self.zero_point)
        return rectified


class Int8Convolution(nn.Module):
    """Convolution, norm and optionally ReLU: (1, c, H, W) quint8 → (1, d, H', W') quint8, both channels-last.

    With `resized`, a nearest resize comes before the convolution: (1, c, H, W) → blocks (1, 4d, H - 1, W - 1).
    """

    integers: Tensor
    scales: Tensor
    bias: Tensor
    zero_points: Tensor
    epsilon: Tensor
    places: Final[int] = SAMPLED_PLACES

    def __init__(
        self, convolution: nn.Conv2d, channels: ChannelRange, normalized: Range, rectify: bool, resized: bool = False
    ) -> None:
        super().__init__()
        self.phases: Final[int] = PHASES if resized else 1
        self.stride: Final[int] = convolution.stride[0]
        self.padding: Final[int] = 0 if resized else 1
        # Scaled so that every channel of the sample uses all 256 levels. The norm undoes this, except for its epsilon.
        weight = convolution.weight.detach() / channels.half[:, None, None, None]
        integers, scales = quantize_weights(resized_weights(weight) if resized else weight)
        self.register_buffer("integers", integers)
        self.register_buffer("scales", scales)
        self.register_buffer("bias", (-channels.middle / channels.half).repeat(self.phases))
        self.register_buffer("zero_points", torch.zeros_like(scales, dtype=torch.long))
        self.register_buffer("epsilon", EPSILON / channels.half.square())
        self.sample_scale, self.sample_zero_point = UNIT.scale, UNIT.zero_point
        self.scale, self.zero_point = normalized.scale, normalized.zero_point
        self.rectify: Final[bool] = rectify

    def forward(self, x: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        if len(given) > 0:
            statistics = given.pop(0)
        else:
            step = sampling_step(x.shape[2] // self.stride, x.shape[3] // self.stride, self.places)
            packed = pack(self.integers, self.scales, self.zero_points, self.bias, step * self.stride, self.padding)
            sample = torch.ops.quantized.conv2d(x, packed, self.sample_scale, self.sample_zero_point).dequantize()
            statistics = channel_statistics(sample, self.epsilon, self.phases)
        measured.append(statistics)
        mean, deviation = statistics[0].repeat(self.phases), statistics[1].sqrt().repeat(self.phases)
        scales, bias = self.scales / deviation, (self.bias - mean) / deviation
        packed = pack(self.integers, scales, self.zero_points, bias, self.stride, self.padding)
        if self.rectify:
            rectified: Tensor = torch.ops.quantized.conv2d_relu(x, packed, self.scale, self.zero_point)
            return rectified
        normalized: Tensor = torch.ops.quantized.conv2d(x, packed, self.scale, self.zero_point)
        return normalized


class Int8ResidualBlock(nn.Module):
    """Two convolutions with a skip connection: (1, c, H, W) quint8 → the same, channels-last."""

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


class Int8Interleave(nn.Module):
    """Converts blocks, (1, 4c, H, W) quint8, to a map, (1, c, 2H, 2W) quint8."""

    def forward(self, x: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        return interleave(x)


class Int8Generator(nn.Module):
    """Paints as networks.Generator does: (1, 3, H, W) in [-1, 1] → (1, 3, H, W), for any H, W ≥ 1."""

    min_side: Final[int] = Generator.min_side
    margin: Final[int] = Generator.margin
    frame: Final[int] = FRAME

    def __init__(self, stem: Int8Stem, layers: list[nn.Module], last: nnq.Conv2d, stride: int, low_pass: int) -> None:
        super().__init__()
        self.stem = stem
        self.layers = nn.ModuleList(layers)
        self.last = last
        self.stride: Final[int] = stride
        self.low_pass: Final[int] = low_pass
        self.norms: Final[int] = sum(isinstance(module, Int8Stem | Int8Convolution) for module in self.modules())

    def forward(self, photo: Tensor) -> Tensor:
        return self.measure(photo)[0]

    @torch.jit.export
    def measure(self, photo: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Returns the painting, and for each norm its statistics, (2, c): the means and the variances."""
        h, w = photo.shape[2], photo.shape[3]
        extended, top, left = extend(photo, self.stride, self.min_side, self.margin)
        painting, statistics = self.paint(extended, [])
        top, left = top - self.frame, left - self.frame
        return painting[:, :, top : top + h, left : left + w], statistics

    @torch.jit.export
    def paint(self, photo: Tensor, given: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Paints (1, 3, H, W) with the statistics `given`, or with its own if `given` is empty.

        H and W must be multiples of `stride` and at least 2 · FRAME + `stride`. Returns the painting without FRAME
        pixels on every side, and the statistics. Raises ValueError if `given` has statistics for only some norms.
        """
        if len(given) not in (0, self.norms):
            raise ValueError("Give the statistics of all norms or of none.")
        mirrored = F.pad(photo, (3, 3, 3, 3), mode="reflect").contiguous(memory_format=torch.channels_last)
        left, measured = list(given), torch.jit.annotate(list[Tensor], [])
        x = self.stem(mirrored, left, measured)
        for layer in self.layers:
            x = layer(x, left, measured)
        y = interleave(self.last(x).dequantize()).tanh()
        if self.low_pass > 0:
            y = y + low_pass(photo, self.low_pass)[:, :, self.frame : -self.frame, self.frame : -self.frame]
        return y, measured


def sampling_step(height: int, width: int, places: int) -> int:
    """Returns the distance between sampled positions, at least 1, so that about `places` lie along the shorter side."""
    return max(1, (min(height, width) + places // 2) // places)


def channel_statistics(sample: Tensor, epsilon: Tensor, phases: int) -> Tensor:
    """Returns each channel's mean and its variance plus `epsilon`: (1, phases · c, h, w) → (2, c)."""
    mean = sample.mean([2, 3]).view(phases, -1).mean(0)
    # torch.var is many times slower on channels-last maps.
    square = (sample - mean.repeat(phases).view(1, -1, 1, 1)).square()
    return torch.stack([mean, square.mean([2, 3]).view(phases, -1).mean(0) + epsilon])


def pack(integers: Tensor, scales: Tensor, zero_points: Tensor, bias: Tensor, stride: int, padding: int):  # type: ignore[no-untyped-def]
    """Returns a convolution's packed weights for int8. Their type, Conv2dPackedParams, exists only in TorchScript."""
    weight = torch._make_per_channel_quantized_tensor(integers, scales.double(), zero_points, 0)
    return torch.ops.quantized.conv2d_prepack(weight, bias, [stride, stride], [padding, padding], [1, 1], 1)


def quantize(generator: Generator, calibration: Calibration) -> Int8Generator:
    """Returns the generator in int8, with the ranges of the calibration."""
    channels, ranges = calibration.channels, calibration.ranges

    def convolution(module: nn.Module, last_of_layer: nn.Module, resized: bool = False) -> Int8Convolution:
        rectify = isinstance(last_of_layer, nn.ReLU)
        found = cast(nn.Conv2d, module)
        return Int8Convolution(found, channels[found], ranges[last_of_layer], rectify, resized)

    _, first, _, relu, *rest, last, _ = cast(nn.Sequential, generator.layers)
    layers: list[nn.Module] = []
    blocks = False
    for at, module in enumerate(rest):
        if isinstance(module, nn.Upsample):
            if blocks:
                layers.append(Int8Interleave())
            blocks = True
        elif isinstance(module, nn.Conv2d):
            layers.append(convolution(module, rest[at + 2], resized=blocks))
        elif isinstance(module, ResidualBlock):
            one, _, its_relu, two, its_norm = module.body
            block = Int8ResidualBlock(convolution(one, its_relu), convolution(two, its_norm), ranges[module])
            layers.append(block)
    stem = Int8Stem(cast(nn.Conv2d, first), ranges[relu])
    final = cast(nn.Conv2d, last)
    integers, scales = quantize_weights(block_weights(final.weight.detach()))
    outputs, inputs, kernel, _ = integers.shape
    quantized = nnq.Conv2d(inputs, outputs, kernel)
    zero_points = torch.zeros_like(scales, dtype=torch.long)
    weight = torch._make_per_channel_quantized_tensor(integers, scales.double(), zero_points, 0)
    quantized.set_weight_bias(weight, cast(Tensor, final.bias).detach().repeat(PHASES))
    quantized.scale, quantized.zero_point = ranges[final].scale, ranges[final].zero_point
    return Int8Generator(stem, layers, quantized, generator.stride, generator.low_pass).eval()


def quantize_weights(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Returns weights (d, c, k, k) in int8, and the scale of each output channel, (d,)."""
    scales = (weight.abs().amax((1, 2, 3)) / WEIGHT_LIMIT).clamp(min=1e-12)
    return (weight / scales[:, None, None, None]).round().to(torch.int8), scales


def compile_script(generator: Int8Generator) -> torch.jit.ScriptModule:
    """Compiles the generator to TorchScript with the methods `forward`, `measure` and `paint`."""
    with deprecations_known():
        # Not frozen: that is no faster, and would store the weights once for each use.
        return cast(torch.jit.ScriptModule, torch.jit.script(generator.eval()))


@contextmanager
def deprecations_known() -> Iterator[None]:
    """Ignores the warnings that torch.jit and torch.ao.quantization are deprecated: the pinned torch still has them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="(?s).*deprecated")
        yield
