"""Exports the float generator as an ONNX file, with which other runtimes paint without PyTorch."""

import logging
import os
import warnings
from pathlib import Path
from typing import Final, cast

import onnx
import onnxruntime
import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from torch import Tensor, nn

from cyclegan.checkpoints import load_generator
from cyclegan.networks import Generator, low_pass

# Rounding differs by a few millionths; one level of an 8-bit picture is 2 / 255.
TOLERANCE: Final = 1e-3
# (height, width) of the pictures that a file is checked on: some with repeated edges, some mirrored only in part.
CHECKED_SIZES: Final = ((1, 2), (7, 9), (3, 200), (64, 64), (255, 150))
# Any shape without a 1 would do; the tracer takes a 1 for a constant.
TRACED_SHAPE: Final = (2, 3, 61, 46)


class OnnxError(RuntimeError):
    """An ONNX file failed its verification or can't be written; the message says what to do."""


def export_onnx(weights: Path, target: Path) -> float:
    """Writes the generator of a checkpoint or of published float weights to `target`, for any batch, height and width.

    The model maps `photo` to `painting`, both (N, 3, H, W) in [-1, 1], exactly as Generator does, including the margin.
    Returns the largest difference from the float network's paintings. Photos of a single colour are not checked: their
    maps are flat, each norm amplifies rounding errors about a hundredfold, and no two runtimes agree on the tint.
    Raises CheckpointError when `weights` can't be used, OnnxError when the difference exceeds TOLERANCE or `target`
    can't be written; an existing file then stays as it was.
    """
    generator, _ = load_generator(weights)
    program = trace(generator)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _write(program, generator, target)
    except OSError as error:
        raise OnnxError(f"{target} can't be written ({error}): name another file.") from error


def trace(generator: Generator) -> torch.onnx.ONNXProgram:
    """Returns the generator as an ONNX program with the input `photo` and the output `painting`."""
    # Without torchvision, which isn't needed here, torch.onnx would warn about each of its operators.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # The exporter copies objects of a deprecated class of torch's; in the pinned version this works.
        warnings.filterwarnings("ignore", message=".*LeafSpec.* is deprecated", category=FutureWarning)
        program = torch.onnx.export(
            TraceableGenerator(generator).eval(),
            (torch.zeros(TRACED_SHAPE),),
            input_names=["photo"],
            output_names=["painting"],
            dynamic_shapes={"photo": {0: "batch", 2: "height", 3: "width"}},
            verbose=False,
        )
    program = cast(torch.onnx.ONNXProgram, program)
    # Otherwise each node holds a stack trace with paths of this machine.
    ClearMetadataAndDocStringPass()(program.model)
    return program


def largest_difference(file: Path, generator: Generator) -> float:
    """Returns the largest absolute difference, in [-1, 1], between onnxruntime's and the network's paintings of noise.

    Returns NaN if either painting contains NaN.
    """
    session = onnxruntime.InferenceSession(os.fspath(file), providers=["CPUExecutionProvider"])
    noise = torch.Generator().manual_seed(0)
    differences = []
    for size in CHECKED_SIZES:
        photos = torch.rand(2, 3, *size, generator=noise) * 2 - 1
        (paintings,) = session.run(None, {"photo": photos.numpy()})
        with torch.inference_mode():
            differences.append((torch.from_numpy(paintings) - generator(photos)).abs().max())
    return float(torch.stack(differences).max())


def _write(program: torch.onnx.ONNXProgram, generator: Generator, target: Path) -> float:
    """Writes a file beside `target`, verifies it, and only then replaces `target`. Returns the largest difference."""
    partial = target.with_name(target.name + ".partial")
    try:
        program.save(partial)
        onnx.checker.check_model(partial, full_check=True)
        difference = largest_difference(partial, generator)
        if not difference <= TOLERANCE:  # also true for NaN
            raise OnnxError(
                f"The ONNX file was not written, since its paintings differ from the float network's by up to "
                f"{difference:.2g}, more than {TOLERANCE:g}: install the versions of constraints.txt, "
                "or give other weights."
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return difference


class TraceableGenerator(nn.Module):
    """A traceable generator that paints as Generator does in evaluation mode: (N, 3, H, W) → the same, any H, W ≥ 1.

    `networks.extend` branches on the picture's size, and a trace would fix the branches of one size. Here the same
    pixels are gathered by indices that are computed from the shape.
    """

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, photo: Tensor) -> Tensor:
        g = self.generator
        h, w = photo.shape[2], photo.shape[3]
        rows, top = extended_indices(h, g.stride, g.min_side, g.margin)
        columns, left = extended_indices(w, g.stride, g.min_side, g.margin)
        extended = photo.index_select(2, rows).index_select(3, columns)
        y: Tensor = g.layers(extended)
        if g.low_pass:
            y = y + low_pass(extended, g.low_pass)
        return y.index_select(2, top + torch.arange(h)).index_select(3, left + torch.arange(w))


def extended_indices(side: int, stride: int, min_side: int, margin: int) -> tuple[Tensor, int]:
    """Returns `networks.extend` for one axis: the index of each padded pixel's source, and where the picture begins.

    `side` may be a symbolic size of the tracer; then the position is symbolic too.
    """
    padded = (torch.sym_max(min_side, side) + stride - 1) // stride * stride
    before = torch.sym_min(margin, padded - stride)
    last = padded - 1
    mirrored = last - (last - (torch.arange(padded + 2 * before) - before).abs()).abs()
    return mirrored.clamp(max=side - 1), before
