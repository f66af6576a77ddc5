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

STATISTICS: Final = "statistics_"  # the name of a norm's, with its number; (2, c, 1, 1): means and variances
LAYER: Final = "layer_"  # the name of a layer's maps, or blocks, with its number among those that are no resize


class OpenVINOEngine:
    """`precision` is that of what is float in the model: f32, or bf16 where the processor has it.

    The buffers of a model stay with it, for each pixel of what it was last given 330 bytes, 220 where statistics are
    given: so it is given less at once than TorchScript is, and only one of the two keeps them.
    """

    whole = 576
    tile = 512  # four tiles for most photos of 1024 pixels

    def __init__(self, model: ov.Model, tiling: Tiling, threads: int, precision: str = "f32") -> None:
        self.stride, self.reach = tiling["stride"], tiling["reach"]
        self._tiling = tiling
        self._whole = compile_model(with_short_lives(model), threads, precision)
        self._tile = compile_model(with_given_statistics(model), threads, precision)
        self._used = self._whole

    def paint(self, photo: Pixels) -> Pixels:
        """(H, W, 3) in [-1, 1] → (H, W, 3) in [-1, 1]."""
        return self.measure(photo)[0]

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        h, w, _ = thumbnail.shape
        extended, top, left = extend(thumbnail, self._tiling)
        painting, *statistics = self._run(self._whole, [to_batch(extended)])
        top, left = top - self._tiling["frame"], left - self._tiling["frame"]
        # Copies, for the next inference overwrites its own answers.
        return _to_pixels(painting, top, left, h, w), [statistic.copy() for statistic in statistics]

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        (painting,) = self._run(self._tile, [to_batch(tile), *statistics])
        inside = self.reach - self._tiling["frame"]
        h, w, _ = tile.shape
        return _to_pixels(painting, inside, inside, h - 2 * self.reach, w - 2 * self.reach)

    def release(self) -> None:
        self._used.get_compiled_model().release_memory()

    def _run(self, request: ov.InferRequest, inputs: Sequence[Any]) -> list[NDArray[np.float32]]:
        if request is not self._used:
            self.release()
            self._used = request
        answers = request.infer(inputs, share_inputs=True, share_outputs=True)
        return [answers[at] for at in range(len(answers))]


def load_model(path: Path) -> ov.Model:
    """Raises EngineError where the files are none that this OpenVINO can load."""
    try:
        return ov.Core().read_model(path)
    except RuntimeError as error:
        raise EngineError(f"{path} is no model that this OpenVINO can load ({error}).") from error


def compile_model(model: ov.Model, threads: int, precision: str = "f32", counted: bool = False) -> ov.InferRequest:
    """`counted` keeps each operation's time, in the request's profiling_info."""
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": precision,
        # Two processes would pin their threads to the same cores.
        "ENABLE_CPU_PINNING": False,
        # Every size of a photo would leave something there; without it, a painting takes no longer.
        "CPU_RUNTIME_CACHE_CAPACITY": 0,
        "PERF_COUNT": counted,
    }
    return ov.Core().compile_model(model, "CPU", settings).create_infer_request()


def with_short_lives(model: ov.Model) -> ov.Model:
    """The same, in less memory: some 330 bytes a pixel instead of 450.

    A node whose shape depends on computed values, as the samples of the norms do, makes OpenVINO keep what was computed
    before it until the next such node, which comes after the next convolution. One more behind each norm's scale, a
    slice that takes all there is, ends the life of a convolution's answer sooner.
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
    """The same, with the norms' statistics as inputs after the photo, instead of as outputs after the painting."""
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
    """As networks.extend() does it: its last row and column repeated, then all of it mirrored beyond its edges."""
    wholes = [max(tiling["min_side"], side + -side % tiling["stride"]) for side in picture.shape[:2]]
    missing = [whole - side for whole, side in zip(wholes, picture.shape[:2], strict=True)]
    repeated = np.pad(picture, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    top, left = (min(tiling["margin"], whole - tiling["stride"]) for whole in wholes)
    return np.pad(repeated, ((top, top), (left, left), (0, 0)), mode="reflect"), top, left


def to_batch(pixels: Pixels) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def _to_pixels(batch: NDArray[np.float32], top: int, left: int, height: int, width: int) -> Pixels:
    inside = batch[0, :, top : top + height, left : left + width]
    return np.ascontiguousarray(inside.transpose(1, 2, 0)).clip(-1, 1)


def floats(values: float | NDArray[np.floating]) -> ov.Node:
    return op.constant(np.asarray(values, np.float32))


def ints(*values: int) -> ov.Node:
    return op.constant(np.asarray(values, np.int64))
