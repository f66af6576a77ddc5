"""The generator in int8: from the first convolution to the last every map is bytes.

Static post-training quantization (Jacob et al., 2018, arXiv 1712.05877), written out layer by layer, since torch's
own converter leaves instance norm in float, or in a kernel whose sums overflow on large bright pictures. A norm whose
statistics are known is an affine map of each channel, and that is a matter of its convolution's scales and bias: so
convolution, norm and ReLU are one pass. The statistics are taken first, of a sample of places, or given (thumbnail
instance normalization, Chen et al., 2022, arXiv 2103.11784), so that the tiles of one photo agree.

All modules are made to be scripted.
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
from cyclegan.networks import Generator, ResidualBlock, extend

# Seven bits of eight: processors without VNNI add two products of a byte and a weight in 16 bits, which eight overflow.
WEIGHT_LIMIT = 63
# Places along a map's shorter side that its statistics are taken from: 4,096 in all, enough for a mean and a variance.
# With 80² the worst of 200 photos comes 2 dB nearer to float in the same time, but a large photo takes up to 240 MiB.
SAMPLED_PLACES = 64
EPSILON = 1e-5  # of nn.InstanceNorm2d
UNIT = Range(1 / 127.5, 128)  # from -1 to 1
# Pixels that a painting has less than what is painted, on every side: 2 and 1 at the upsamplings, 3 at the end.
FRAME = 6


class Int8Stem(nn.Module):
    """The first convolution, norm and ReLU: (1, 3, H + 6, W + 6) in [-1, 1] → (1, c, H, W) quint8, channels-last.

    Its sample is taken in float: no range would do for both the faintest and the strongest photos.
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
        # Bytes lie half a step from the grid of their own scale, and would be rounded to either side. The norm takes
        # back what all of them are moved by.
        photo = photo - 1 / 255
        if len(given) > 0:
            statistics = given.pop(0)
        else:
            step = sampling_step(photo.shape[2], photo.shape[3], self.places)
            weight = self.integers * self.scales.view(-1, 1, 1, 1)
            statistics = moments_of(F.conv2d(photo, weight, stride=[step, step]), self.epsilon, 1)
        measured.append(statistics)
        mean, deviation = statistics[0], statistics[1].sqrt()
        packed = pack(self.integers, self.scales / deviation, self.zero_points, -mean / deviation, 1, 0)
        x = torch.quantize_per_tensor(photo, self.photo_scale, self.photo_zero_point, torch.quint8)
        rectified: Tensor = torch.ops.quantized.conv2d_relu(x, packed, self.scale, self.zero_point)
        return rectified


class Int8Convolution(nn.Module):
    """Convolution, norm and maybe ReLU: (1, c, H, W) quint8 → (1, d, H', W') quint8, both channels-last.

    With `resized`, the convolution of a map after a nearest resize: (1, c, H, W) → blocks (1, 4d, H - 1, W - 1).
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
        # In the sample every channel has all of the 256 steps; the norm undoes that, but for its epsilon.
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
            statistics = moments_of(sample, self.epsilon, self.phases)
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
    """Blocks (1, 4c, H, W) quint8 → (1, c, 2H, 2W) quint8."""

    def forward(self, x: Tensor, given: list[Tensor], measured: list[Tensor]) -> Tensor:
        return interleave(x)


class Int8Generator(nn.Module):
    """(1, 3, H, W) in [-1, 1] → the same, as Generator does it; any H, W ≥ 1."""

    stride: Final[int] = Generator.stride
    min_side: Final[int] = Generator.min_side
    margin: Final[int] = Generator.margin
    frame: Final[int] = FRAME

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
        top, left = top - self.frame, left - self.frame
        return painting[:, :, top : top + h, left : left + w], statistics

    @torch.jit.export
    def paint(self, photo: Tensor, given: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """(1, 3, H, W), multiples of `stride` and at least 2 · FRAME + `stride` → FRAME pixels less on every side.

        With the statistics `given`, or where that is empty with its own; and those.
        """
        if len(given) not in (0, self.norms):
            raise ValueError("Statistics are given for all norms or for none.")
        mirrored = F.pad(photo, (3, 3, 3, 3), mode="reflect").contiguous(memory_format=torch.channels_last)
        left, measured = list(given), torch.jit.annotate(list[Tensor], [])
        x = self.stem(mirrored, left, measured)
        for layer in self.layers:
            x = layer(x, left, measured)
        y = interleave(self.last(x).dequantize()).tanh()
        if self.residual_output:
            y = y + photo[:, :, self.frame : -self.frame, self.frame : -self.frame]
        return y, measured


def sampling_step(height: int, width: int, places: int) -> int:
    return max(1, (min(height, width) + places // 2) // places)


def moments_of(sample: Tensor, epsilon: Tensor, phases: int) -> Tensor:
    """(1, phases · c, h, w) → (2, c): each channel's mean, and its variance plus `epsilon`."""
    mean = sample.mean([2, 3]).view(phases, -1).mean(0)
    # torch.var is many times slower on maps that lie channels-last.
    square = (sample - mean.repeat(phases).view(1, -1, 1, 1)).square()
    return torch.stack([mean, square.mean([2, 3]).view(phases, -1).mean(0) + epsilon])


def pack(integers: Tensor, scales: Tensor, zero_points: Tensor, bias: Tensor, stride: int, padding: int):  # type: ignore[no-untyped-def]
    """Its type, Conv2dPackedParams, has a name in TorchScript only."""
    weight = torch._make_per_channel_quantized_tensor(integers, scales.double(), zero_points, 0)
    return torch.ops.quantized.conv2d_prepack(weight, bias, [stride, stride], [padding, padding], [1, 1], 1)


def quantize(generator: Generator, calibration: Calibration) -> Int8Generator:
    """The generator in int8, with the ranges that the calibration saw."""
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
    return Int8Generator(stem, layers, quantized, generator.residual_output).eval()


def quantize_weights(weight: Tensor) -> tuple[Tensor, Tensor]:
    """(d, c, k, k) → the same in int8, and the scale of each output channel, (d,)."""
    scales = (weight.abs().amax((1, 2, 3)) / WEIGHT_LIMIT).clamp(min=1e-12)
    return (weight / scales[:, None, None, None]).round().to(torch.int8), scales


def compile_script(generator: Int8Generator) -> torch.jit.ScriptModule:
    """TorchScript with `forward`, `measure` and `paint`."""
    with deprecations_known():
        # Not frozen: that would keep the weights once for each place that reads them, and is no faster.
        return cast(torch.jit.ScriptModule, torch.jit.script(generator.eval()))


@contextmanager
def deprecations_known() -> Iterator[None]:
    """torch.jit and torch.ao.quantization are deprecated upstream; torch is pinned, and they work in it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="(?s).*deprecated")
        yield
