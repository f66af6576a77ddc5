"""The float generator as an ONNX file, which other runtimes paint with, without PyTorch."""

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
from cyclegan.networks import Generator

# Rounding differs by some millionths; a step of an 8-bit picture is 2 / 255.
TOLERANCE: Final = 1e-3
# Height and width of the pictures that a file is checked on: repeated at their ends, mirrored in part or fully.
CHECKED_SIZES: Final = ((1, 2), (7, 9), (3, 200), (64, 64), (255, 150))
# Any would do without a 1, which the tracer takes for a constant.
TRACED_SHAPE: Final = (2, 3, 61, 46)


class OnnxError(RuntimeError):
    """An ONNX file that failed its verification or can't be written; the message says what to do."""


def export_onnx(weights: Path, target: Path) -> float:
    """Writes the generator of a checkpoint or of published float weights, for any batch, height and width.

    `photo` → `painting`, both (N, 3, H, W) in [-1, 1], as Generator has it, margin and all.
    Returns the largest difference to what the float network paints. Photos of one single colour are not checked: their
    maps are flat, each norm magnifies the rounding some hundred times, and no two runtimes tint them alike.
    Raises CheckpointError where `weights` can't be used, OnnxError where the difference exceeds TOLERANCE or `target`
    can't be written; a file that was there before is intact.
    """
    generator, _ = load_generator(weights)
    program = trace(generator)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _write(program, generator, target)
    except OSError as error:
        raise OnnxError(f"{target} can't be written ({error}): name another file.") from error


def trace(generator: Generator) -> torch.onnx.ONNXProgram:
    # Otherwise it warns of each operator of torchvision where that is not installed; none is used here.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # The exporter copies objects of torch whose own class is deprecated; torch is pinned, and it works in it.
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
    # Otherwise each node names the lines of code that it came from, with this machine's paths.
    ClearMetadataAndDocStringPass()(program.model)
    return program


def largest_difference(file: Path, generator: Generator) -> float:
    """Between the paintings of onnxruntime and of the float network, in [-1, 1], of the same noise.

    Not a number where either paints something that is none.
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
    """Writes beside `target`, verifies, and only then takes its place. Returns the largest difference."""
    partial = target.with_name(target.name + ".partial")
    try:
        program.save(partial)
        onnx.checker.check_model(partial, full_check=True)
        difference = largest_difference(partial, generator)
        if not difference <= TOLERANCE:  # "not a number" is not within it
            raise OnnxError(
                f"The ONNX file would paint up to {difference:.2g} away from the float network, more than "
                f"{TOLERANCE:g}, and was not written: install the versions of constraints.txt, or give other weights."
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return difference


class TraceableGenerator(nn.Module):
    """Paints what the generator paints outside training: (N, 3, H, W) in [-1, 1] → (N, 3, H, W), any H, W ≥ 1.

    `networks.extend` asks how large the picture is, and a traced graph would hold one answer for all. Here the same
    pixels are looked up by indices that are computed from the shape.
    """

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, photo: Tensor) -> Tensor:
        g = self.generator
        h, w = photo.shape[2], photo.shape[3]
        rows, top = extended_indices(h, g.stride, g.min_side, g.margin)
        columns, left = extended_indices(w, g.stride, g.min_side, g.margin)
        y: Tensor = g.layers(photo.index_select(2, rows).index_select(3, columns))
        y = y.index_select(2, top + torch.arange(h)).index_select(3, left + torch.arange(w))
        return photo + y if g.residual_output else y


def extended_indices(side: int, stride: int, min_side: int, margin: int) -> tuple[Tensor, int]:
    """What `networks.extend` does to one side: which pixel of the picture lies where, and where the picture begins.

    `side` may be a symbol of the tracer; then the second answer is one.
    """
    whole = torch.sym_max(min_side, (side + stride - 1) // stride * stride)
    before = torch.sym_min(margin, whole - stride)
    last = whole - 1
    mirrored = last - (last - (torch.arange(whole + 2 * before) - before).abs()).abs()
    return mirrored.clamp(max=side - 1), before
