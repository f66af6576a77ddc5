"""Verifies that every convolution of a compiled artifact runs in int8."""

from pathlib import Path

import torch
from torch import nn

from cyclegan.engines.openvino import compile_model, load_model
from cyclegan.engines.torchscript import load_script
from cyclegan.export.torchscript import deprecations_known
from cyclegan.networks import Generator


class ExportError(RuntimeError):
    """An export was refused or its artifact failed verification; nothing was written."""


def verify_int8(artifact: Path, generator: Generator) -> int:
    """Verifies a saved TorchScript file, and returns the number of the network's convolutions.

    Raises ExportError unless every convolution runs in int8.
    """
    convolutions = sum(isinstance(module, nn.Conv2d) for module in generator.modules())
    # All but the first and the last also run on a sample, for the statistics of their norms.
    expected = 2 * convolutions - 2
    found = quantized_convolutions(artifact)
    if found != expected:
        raise ExportError(
            f"Only {found} of {expected} convolutions run in int8 in the TorchScript file: "
            "install the versions of constraints.txt and export again."
        )
    return convolutions


def quantized_convolutions(artifact: Path) -> int:
    """Returns the number of int8 convolutions in the graph of a saved TorchScript file.

    Freezing the graph first removes the branches that never run.
    """
    with deprecations_known():
        graph = torch.jit.freeze(load_script(artifact)).inlined_graph
    return sum(len(list(graph.findAllNodes(kind))) for kind in ("quantized::conv2d", "quantized::conv2d_relu"))


def verify_openvino_int8(path: Path, generator: Generator) -> None:
    """Verifies a saved OpenVINO model. Raises ExportError unless every convolution runs in int8 on this machine."""
    request = compile_model(load_model(path), threads=1)
    runtime = request.get_compiled_model().get_runtime_model()
    kinds = [node.get_rt_info() for node in runtime.get_ops()]
    found = sum(kind["layerType"] == "Convolution" and kind["runtimePrecision"] in ("u8", "i8") for kind in kinds)
    expected = sum(isinstance(module, nn.Conv2d) for module in generator.modules())
    if found != expected:
        raise ExportError(
            f"Only {found} of {expected} convolutions run in int8 in the OpenVINO model: "
            "install the versions of constraints.txt and export again."
        )
