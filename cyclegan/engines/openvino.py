"""Runs the int8 OpenVINO artifact, `weights/<style>.xml` and `.bin`. Never imports torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset15 as op

from cyclegan.card import EngineError, Tiling
from cyclegan.engines.engine import Statistics
from cyclegan.pictures import Pixels

# Names of nodes in the model, each followed by a number from 0.
STATISTICS: Final = "statistics_"  # of each norm: (2, c, 1, 1), its means and variances
LAYER: Final = "layer_"  # the maps, or blocks, of each layer that isn't a resize


class OpenVINOEngine:
    """Paints with an int8 or a float model of OpenVINO. Not thread-safe.

    `precision` is that of the model's float operations: "f32", or "bf16" where the processor supports it.
    A compiled model keeps its buffers: 330 bytes per pixel of its last input, or 220 with given statistics. So this
    engine paints less at once than TorchScript does, and only one of its two compiled models keeps buffers at a time.
    """

    whole = 576  # pixels
    tile = 512  # pixels: four tiles for most photos of 1024 pixels

    def __init__(self, model: ov.Model, tiling: Tiling, threads: int, precision: str = "f32") -> None:
        self.stride, self.reach, self.low_pass = tiling["stride"], tiling["reach"], tiling["low_pass"]
        self._tiling = tiling
        self._whole = compile_model(with_short_lifetimes(model), threads, precision)
        self._tile = compile_model(with_given_statistics(model), threads, precision)
        self._active = self._whole  # the one that keeps buffers

    def paint(self, photo: Pixels) -> Pixels:
        return self.measure(photo)[0]

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        h, w, _ = thumbnail.shape
        extended, top, left = extend(thumbnail, self._tiling)
        painting, *statistics = self._run(self._whole, [to_batch(extended)])
        top, left = top - self._tiling["frame"], left - self._tiling["frame"]
        # Copies, since the next inference overwrites the outputs.
        return _to_pixels(painting, top, left, h, w), [statistic.copy() for statistic in statistics]

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        (painting,) = self._run(self._tile, [to_batch(tile), *statistics])
        inside = self.reach - self._tiling["frame"]
        h, w, _ = tile.shape
        return _to_pixels(painting, inside, inside, h - 2 * self.reach, w - 2 * self.reach)

    def release(self) -> None:
        self._active.get_compiled_model().release_memory()

    def _run(self, request: ov.InferRequest, inputs: Sequence[Any]) -> list[NDArray[np.float32]]:
        if request is not self._active:
            self.release()
            self._active = request
        outputs = request.infer(inputs, share_inputs=True, share_outputs=True)
        return [outputs[at] for at in range(len(outputs))]


def load_model(path: Path) -> ov.Model:
    """Reads a model from its .xml file and the .bin beside it. Raises EngineError when OpenVINO can't load them."""
    try:
        return ov.Core().read_model(path)
    except RuntimeError as error:
        raise EngineError(
            f"OpenVINO can't load {path} ({error}): restore the file, or install the versions of constraints.txt."
        ) from error


def compile_model(model: ov.Model, threads: int, precision: str = "f32", counted: bool = False) -> ov.InferRequest:
    """Compiles a model for the CPU and returns a request that runs it.

    `precision` is that of its float operations, "f32" or "bf16". `counted` measures each operation's time, which the
    request then has in profiling_info.
    """
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": precision,
        # With pinning, two processes would pin their threads to the same cores.
        "ENABLE_CPU_PINNING": False,
        # The cache would grow with every new photo size; painting without it takes no longer.
        "CPU_RUNTIME_CACHE_CAPACITY": 0,
        "PERF_COUNT": counted,
    }
    return ov.Core().compile_model(model, "CPU", settings).create_infer_request()


def with_short_lifetimes(model: ov.Model) -> ov.Model:
    """Returns the same model with shorter tensor lifetimes: it takes 330 bytes of memory per pixel instead of 450.

    When a node's shape depends on computed values, as that of a norm's sample does, OpenVINO keeps everything computed
    before it until the next such node, which follows the next convolution. One more such node after each norm's scale,
    a slice that keeps all of its input, lets OpenVINO free a convolution's output earlier.
    """
    short = model.clone()
    for node in short.get_ordered_ops():
        if node.get_type_name() == "Slice" and node.input_value(3).get_node().get_type_name() != "Constant":
            steps = node.input_value(3)
        elif node.get_type_name() == "Add" and node.input_value(1).get_node().get_type_name() == "Negative":
            scaled = node.input_value(0).get_node()
            scale = op.slice(scaled.input_value(1), ints(0, 0), steps, ints(1, 1), ints(2, 3))
            scaled.input(1).replace_source_output(scale.output(0))
    return short


def with_given_statistics(model: ov.Model) -> ov.Model:
    """Returns the same model with the norms' statistics as inputs after the photo, not outputs after the painting."""
    given = model.clone()
    nodes = {node.get_friendly_name(): node for node in given.get_ops()}
    parameters = []
    for number in range(len(given.outputs) - 1):
        measured = nodes[f"{STATISTICS}{number}"].output(0)
        parameter = op.parameter(measured.get_shape(), np.float32)
        measured.replace(parameter.output(0))
        parameters.append(parameter)
    for result in given.get_results()[1:]:
        given.remove_result(result)
    given.add_parameters(parameters)
    return given


def extend(picture: Pixels, tiling: Tiling) -> tuple[Pixels, int, int]:
    """Pads and mirrors a picture, (H, W, 3), as networks.extend() does; returns it with the original's (top, left)."""
    least = [max(tiling["min_side"], side) for side in picture.shape[:2]]
    padded_sides = [side + -side % tiling["stride"] for side in least]
    missing = [padded - side for padded, side in zip(padded_sides, picture.shape[:2], strict=True)]
    repeated = np.pad(picture, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    top, left = (min(tiling["margin"], padded - tiling["stride"]) for padded in padded_sides)
    return np.pad(repeated, ((top, top), (left, left), (0, 0)), mode="reflect"), top, left


def to_batch(pixels: Pixels) -> NDArray[np.float32]:
    """Converts (H, W, 3) to (1, 3, H, W)."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def _to_pixels(batch: NDArray[np.float32], top: int, left: int, height: int, width: int) -> Pixels:
    inside = batch[0, :, top : top + height, left : left + width]
    return np.ascontiguousarray(inside.transpose(1, 2, 0)).clip(-1, 1)


def floats(values: float | NDArray[np.floating]) -> ov.Node:
    """Returns a float32 constant."""
    return op.constant(np.asarray(values, np.float32))


def ints(*values: int) -> ov.Node:
    """Returns a constant vector of int64."""
    return op.constant(np.asarray(values, np.int64))
