"""Checks that a compiled artifact really runs in int8."""

from pathlib import Path

import torch
from torch import nn

from cyclegan.engines.openvino import compile_model, load_model
from cyclegan.engines.torchscript import load_script
from cyclegan.export.torchscript import deprecations_known
from cyclegan.networks import Generator


class ExportError(RuntimeError):
    """An artifact that failed its verification; nothing was written."""


def verify_int8(artifact: Path, generator: Generator) -> int:
    """The number of convolutions in a saved file. Raises ExportError unless every one of them runs in int8."""
    convolutions = sum(isinstance(module, nn.Conv2d) for module in generator.modules())
    # All but the first and the last run on a sample as well, for the statistics of their norms.
    expected = 2 * convolutions - 2
    found = quantized_convolutions(artifact)
    if found != expected:
        raise ExportError(f"Only {found} of {expected} convolutions run in int8 in the compiled file.")
    return convolutions


def quantized_convolutions(artifact: Path) -> int:
    """How many convolutions of a saved file run in int8, counted in its own graph, without what is never taken."""
    with deprecations_known():
        graph = torch.jit.freeze(load_script(artifact)).inlined_graph
    return sum(len(list(graph.findAllNodes(kind))) for kind in ("quantized::conv2d", "quantized::conv2d_relu"))


def verify_openvino_int8(path: Path, generator: Generator) -> None:
    """Raises ExportError unless every convolution of the network runs in int8 on this machine."""
    request = compile_model(load_model(path), threads=1)
    runtime = request.get_compiled_model().get_runtime_model()
    kinds = [node.get_rt_info() for node in runtime.get_ops()]
    found = sum(kind["layerType"] == "Convolution" and kind["runtimePrecision"] in ("u8", "i8") for kind in kinds)
    expected = sum(isinstance(module, nn.Conv2d) for module in generator.modules())
    if found != expected:
        raise ExportError(f"Only {found} of {expected} convolutions run in int8 in OpenVINO's model.")
