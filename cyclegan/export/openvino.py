"""The generator as an OpenVINO model, in int8 or in float.

The same network as cyclegan.int8, from the same calibration. OpenVINO by itself fuses what stands between two
convolutions into one pass, and runs a convolution in int8 where its weights are int8 and its input went through a
FakeQuantize. What a convolution answers stays in float here until its norm is done: that rounding costs 5 dB, and saves
no time.
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
    """Photo (1, 3, H, W) → painting (1, 3, H - 12, W - 12) and the statistics of its norms; see Int8Generator.paint().

    In float without a calibration.
    """
    return _Builder(generator, calibration).model


class _Builder:
    def __init__(self, generator: Generator, calibration: Calibration | None) -> None:
        self._calibration = calibration
        self._statistics: list[ov.Node] = []
        self._layers = 0  # named so far
        self._steps_of_size: ov.Node | None = None  # of maps as large as the last one
        _, first, *rest = cast(nn.Sequential, generator.layers)
        photo = op.parameter([1, 3, -1, -1], np.float32, name="photo")
        mirrored = op.pad(photo, ints(0, 0, 3, 3), ints(0, 0, 3, 3), "reflect")
        # On the grid of int8 with a zero; the norm takes back what all bytes are moved by.
        moved = op.subtract(mirrored, floats(UNIT.scale / 2))
        x = self._multiplied(
            self._rounded(moved, UNIT if calibration else None), cast(nn.Conv2d, first).weight.detach(), 1, 0
        )
        x = self._named(self._rounded(op.relu(self._norm(x, 1)), self._range(rest[1])))
        blocks = False
        for at, module in enumerate(rest):
            if isinstance(module, ResidualBlock):
                x = self._named(self._residual_block(x, module))
            elif isinstance(module, nn.Upsample):
                x = op.depth_to_space(x, "blocks_first", 2) if blocks else x
                blocks = True
            elif isinstance(module, nn.Conv2d) and module.bias is None:
                x = self._named(self._convolution(x, module, rest[at + 2], resized=blocks))
        last = cast(nn.Conv2d, rest[-2])
        y = self._multiplied(x, block_weights(last.weight.detach()), 1, 0)
        y = op.add(y, floats(_column(cast(Tensor, last.bias).detach().repeat(PHASES))))
        painting = self._named(op.tanh(op.depth_to_space(y, "blocks_first", 2)))
        if generator.residual_output:
            inside = op.slice(photo, ints(FRAME, FRAME), ints(-FRAME, -FRAME), ints(1, 1), ints(2, 3))
            painting = op.add(painting, inside)
            painting.set_friendly_name("painting")
        self.model = ov.Model([painting, *self._statistics], [photo], "generator")

    def _named(self, maps: ov.Node) -> ov.Node:
        maps.set_friendly_name(f"{LAYER}{self._layers}")
        self._layers += 1
        return maps

    def _convolution(
        self, x: ov.Node, convolution: nn.Conv2d, last_of_layer: nn.Module, resized: bool = False
    ) -> ov.Node:
        weight, stride = convolution.weight.detach(), convolution.stride[0]
        y = self._multiplied(x, resized_weights(weight), 1, 0) if resized else self._multiplied(x, weight, stride, 1)
        if resized or stride > 1:
            self._steps_of_size = None
        y = self._norm(y, PHASES if resized else 1)
        y = op.relu(y) if isinstance(last_of_layer, nn.ReLU) else y
        return self._rounded(y, self._range(last_of_layer))

    def _residual_block(self, x: ov.Node, block: ResidualBlock) -> ov.Node:
        one, _, its_relu, two, its_norm = block.body
        change = self._convolution(self._convolution(x, cast(nn.Conv2d, one), its_relu), cast(nn.Conv2d, two), its_norm)
        return self._rounded(op.add(x, change), self._range(block))

    def _norm(self, x: ov.Node, phases: int) -> ov.Node:
        """With the statistics of a sample of places, or with others where those are replaced."""
        channels = x.get_output_partial_shape(0)[1].get_length() // phases
        each = np.tile(np.eye(channels), (phases, 1))
        sample = op.slice(x, ints(0, 0), ints(2**31 - 1, 2**31 - 1), self._steps(x), ints(2, 3))
        mean = _pooled(sample, channels, phases)
        apart = op.squared_difference(sample, _pointwise(mean, each) if phases > 1 else mean)
        variance = _pooled(apart, channels, phases)
        statistics = op.concat([mean, variance], 0)
        statistics.set_friendly_name(f"{STATISTICS}{len(self._statistics)}")
        self._statistics.append(statistics)
        # A convolution, for OpenVINO keeps the layout that it has beside one: without, it reorders every map.
        halves = op.split(_pointwise(statistics, each), op.constant(0), 2)
        scale = op.divide(floats(1), op.sqrt(op.add(halves.output(1), floats(EPSILON))))
        return op.add(op.multiply(x, scale), op.negative(op.multiply(halves.output(0), scale)))

    def _steps(self, maps: ov.Node) -> ov.Node:
        """From one place of the sample to the next, as int8.sampling_step() has it; one node for equal sizes."""
        if self._steps_of_size is None:
            sides = op.gather(op.shape_of(maps), ints(2, 3), op.constant(0))
            rounded_up = op.add(op.reduce_min(sides, ints(0), True), ints(SAMPLED_PLACES // 2))
            # In float, since the processor's own division of integers rounds.
            step = op.floor(op.divide(op.convert(rounded_up, np.float32), floats(SAMPLED_PLACES)))
            self._steps_of_size = op.broadcast(op.maximum(op.convert(step, np.int64), ints(1)), ints(2))
        return self._steps_of_size

    def _multiplied(self, x: ov.Node, weight: Tensor, stride: int, padding: int) -> ov.Node:
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

    def _rounded(self, x: ov.Node, to: Range | None) -> ov.Node:
        if to is None:
            return x
        low, high = floats(-to.zero_point * to.scale), floats((255 - to.zero_point) * to.scale)
        return op.fake_quantize(x, low, high, low, high, 256)


def _pooled(sample: ov.Node, channels: int, phases: int) -> ov.Node:
    """(1, phases · c, h, w) → (1, c, 1, 1)."""
    mean = op.reduce_mean(sample, ints(2, 3), True)
    return mean if phases == 1 else _pointwise(mean, np.tile(np.eye(channels), (1, phases)) / phases)


def _pointwise(x: ov.Node, matrix: NDArray[np.floating]) -> ov.Node:
    return op.convolution(x, floats(matrix[:, :, None, None]), [1, 1], [0, 0], [0, 0], [1, 1])


def _column(values: Tensor) -> NDArray[np.floating]:
    return cast(NDArray[np.floating], values.numpy().reshape(1, -1, 1, 1))
