"""What training and evaluation use of torchvision, imported so that it works beside a torch without CUDA, too.

The package index has torchvision built for CUDA alone, and the Makefile installs torch for CPUs. torchvision then does
without its compiled operators, as it is meant to, but its import stops where it describes two of them to the compiler,
since torch does not know their names. Here they need only be declared: nothing in this project calls them.

Import torchvision from here, never directly: whether a direct import works depends on what was imported before it.
"""

import importlib

import torch

SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

try:
    importlib.import_module("torchvision")
except RuntimeError:
    if hasattr(torch.ops.torchvision, "nms"):
        raise  # for another reason
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", SCHEMA)

from torchvision.transforms.v2 import InterpolationMode  # noqa: E402
from torchvision.transforms.v2 import functional as transforms  # noqa: E402
from torchvision.utils import make_grid  # noqa: E402

__all__ = ["InterpolationMode", "make_grid", "transforms"]
