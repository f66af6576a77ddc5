"""Builds the generator as an OpenVINO model, in int8 or in float.

The int8 model is the network of export.torchscript, from the same calibration. OpenVINO fuses everything between two
convolutions into one pass, and runs a convolution in int8 if its weights are int8 and its input comes from a
FakeQuantize. Here a convolution's output stays in float until after its norm: rounding it first would cost 5 dB and
save no time.
"""

from typing import cast

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset15 as op
from torch import Tensor, nn

from cyclegan.engines.openvino import LAYER, STATISTICS, floats, ints
from cyclegan.export.calibration import Calibration, Range
from cyclegan.export.subpixel import PHASES, block_weights, resized_weights
from cyclegan.export.torchscript import EPSILON, FRAME, SAMPLED_PLACES, UNIT, WEIGHT_LIMIT
from cyclegan.networks import Generator, ResidualBlock


def build(generator: Generator, calibration: Calibration | None) -> ov.Model:
    """Builds a model from photo, (1, 3, H, W), to painting, (1, 3, H - 12, W - 12), and its norms' statistics.

    It works as Int8Generator.paint() without given statistics; each norm's are (2, c, 1, 1). Without a calibration, the
    model is in float.
    """
    return _Builder(generator, calibration).model


class _Builder:
    def __init__(self, generator: Generator, calibration: Calibration | None) -> None:
        self._calibration = calibration
        self._statistics: list[ov.Node] = []
        self._layers = 0  # the number named so far
        self._cached_steps: ov.Node | None = None  # _steps() for maps of the current size
        _, first, *rest = cast(nn.Sequential, generator.layers)
        photo = op.parameter([1, 3, -1, -1], np.float32, name="photo")
        mirrored = op.pad(photo, ints(0, 0, 3, 3), ints(0, 0, 3, 3), "reflect")
        # Shifts the photo's levels onto those of UNIT; the norm undoes the shift.
        shifted = op.subtract(mirrored, floats(UNIT.scale / 2))
        x = self._convolve(
            self._quantize(shifted, UNIT if calibration else None), cast(nn.Conv2d, first).weight.detach(), 1, 0
        )
        x = self._name_layer(self._quantize(op.relu(self._norm(x, 1)), self._range(rest[1])))
        blocks = False
        for at, module in enumerate(rest):
            if isinstance(module, ResidualBlock):
                x = self._name_layer(self._residual_block(x, module))
            elif isinstance(module, nn.Upsample):
                x = op.depth_to_space(x, "blocks_first", 2) if blocks else x
                blocks = True
            elif isinstance(module, nn.Conv2d) and module.bias is None:
                x = self._name_layer(self._convolution_layer(x, module, rest[at + 2], resized=blocks))
        last = cast(nn.Conv2d, rest[-2])
        y = self._convolve(x, block_weights(last.weight.detach()), 1, 0)
        y = op.add(y, floats(_per_channel(cast(Tensor, last.bias).detach().repeat(PHASES))))
        painting = self._name_layer(op.tanh(op.depth_to_space(y, "blocks_first", 2)))
        if generator.low_pass:
            kept = _low_pass(photo, generator.low_pass)
            inside = op.slice(kept, ints(FRAME, FRAME), ints(-FRAME, -FRAME), ints(1, 1), ints(2, 3))
            painting = op.add(painting, inside)
            painting.set_friendly_name("painting")
        self.model = ov.Model([painting, *self._statistics], [photo], "generator")

    def _name_layer(self, maps: ov.Node) -> ov.Node:
        maps.set_friendly_name(f"{LAYER}{self._layers}")
        self._layers += 1
        return maps

    def _convolution_layer(
        self, x: ov.Node, convolution: nn.Conv2d, last_of_layer: nn.Module, resized: bool = False
    ) -> ov.Node:
        """A convolution with its norm and, if `last_of_layer` is one, its ReLU."""
        weight, stride = convolution.weight.detach(), convolution.stride[0]
        y = self._convolve(x, resized_weights(weight), 1, 0) if resized else self._convolve(x, weight, stride, 1)
        if resized or stride > 1:
            self._cached_steps = None
        y = self._norm(y, PHASES if resized else 1)
        y = op.relu(y) if isinstance(last_of_layer, nn.ReLU) else y
        return self._quantize(y, self._range(last_of_layer))

    def _residual_block(self, x: ov.Node, block: ResidualBlock) -> ov.Node:
        one, _, its_relu, two, its_norm = block.body
        y = self._convolution_layer(x, cast(nn.Conv2d, one), its_relu)
        change = self._convolution_layer(y, cast(nn.Conv2d, two), its_norm)
        return self._quantize(op.add(x, change), self._range(block))

    def _norm(self, x: ov.Node, phases: int) -> ov.Node:
        """An instance norm with the statistics of a sample of positions, which with_given_statistics() can replace."""
        channels = x.get_output_partial_shape(0)[1].get_length() // phases
        to_phases = np.tile(np.eye(channels), (phases, 1))  # (phases · c, c): copies each channel to its phases
        sample = op.slice(x, ints(0, 0), ints(2**31 - 1, 2**31 - 1), self._steps(x), ints(2, 3))
        mean = _pooled(sample, channels, phases)
        squares = op.squared_difference(sample, _pointwise(mean, to_phases) if phases > 1 else mean)
        variance = _pooled(squares, channels, phases)
        statistics = op.concat([mean, variance], 0)
        statistics.set_friendly_name(f"{STATISTICS}{len(self._statistics)}")
        self._statistics.append(statistics)
        # Copied by a convolution even for one phase: beside a convolution, OpenVINO keeps the layout of the maps, which
        # it would otherwise reorder every time.
        halves = op.split(_pointwise(statistics, to_phases), op.constant(0), 2)
        scale = op.divide(floats(1), op.sqrt(op.add(halves.output(1), floats(EPSILON))))
        return op.add(op.multiply(x, scale), op.negative(op.multiply(halves.output(0), scale)))

    def _steps(self, maps: ov.Node) -> ov.Node:
        """The step between sampled positions, (2,), as export.torchscript.sampling_step() has it; one node per size."""
        if self._cached_steps is None:
            sides = op.gather(op.shape_of(maps), ints(2, 3), op.constant(0))
            rounded_up = op.add(op.reduce_min(sides, ints(0), True), ints(SAMPLED_PLACES // 2))
            # In float, since OpenVINO's integer division on the CPU rounds.
            step = op.floor(op.divide(op.convert(rounded_up, np.float32), floats(SAMPLED_PLACES)))
            self._cached_steps = op.broadcast(op.maximum(op.convert(step, np.int64), ints(1)), ints(2))
        return self._cached_steps

    def _convolve(self, x: ov.Node, weight: Tensor, stride: int, padding: int) -> ov.Node:
        pads = [padding, padding]
        return op.convolution(x, self._weights(weight.numpy()), [stride, stride], pads, pads, [1, 1])

    def _weights(self, weight: NDArray[np.float32]) -> ov.Node:
        if self._calibration is None:
            return floats(weight)
        scales = np.maximum(np.abs(weight).max((1, 2, 3), keepdims=True) / WEIGHT_LIMIT, 1e-12)
        integers = op.constant(np.rint(weight / scales).astype(np.int8))
        return op.multiply(op.convert(integers, np.float32), floats(scales))

    def _range(self, module: nn.Module) -> Range | None:
        return self._calibration.ranges[module] if self._calibration else None

    def _quantize(self, x: ov.Node, to: Range | None) -> ov.Node:
        if to is None:
            return x
        low, high = floats(-to.zero_point * to.scale), floats((255 - to.zero_point) * to.scale)
        return op.fake_quantize(x, low, high, low, high, 256)


def _low_pass(photo: ov.Node, side: int) -> ov.Node:
    """What networks.low_pass() keeps of the photo."""
    if side == 1:
        return photo
    means = op.avg_pool(photo, [side, side], [0, 0], [0, 0], [side, side], True)
    scales = floats(np.array([side, side]))
    return op.interpolate(means, scales, "linear_onnx", "scales", axes=ints(2, 3))


def _pooled(sample: ov.Node, channels: int, phases: int) -> ov.Node:
    """The mean of each channel: (1, phases · c, h, w) → (1, c, 1, 1)."""
    mean = op.reduce_mean(sample, ints(2, 3), True)
    return mean if phases == 1 else _pointwise(mean, np.tile(np.eye(channels), (1, phases)) / phases)


def _pointwise(x: ov.Node, matrix: NDArray[np.floating]) -> ov.Node:
    """A 1×1 convolution with the weights `matrix`, (outputs, inputs)."""
    return op.convolution(x, floats(matrix[:, :, None, None]), [1, 1], [0, 0], [0, 0], [1, 1])


def _per_channel(values: Tensor) -> NDArray[np.floating]:
    return cast(NDArray[np.floating], values.numpy().reshape(1, -1, 1, 1))
