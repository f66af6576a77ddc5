"""Imports what training and evaluation use of torchvision so that it also works with a torch built for CPUs.

The package index offers only a torchvision built for CUDA, while the Makefile installs a torch built for CPUs. There,
torchvision does without its compiled operators, but its import fails where it registers two of them with the compiler,
because torch does not know their names. Declaring the two is enough: nothing in this project calls them.

Import torchvision from here, never directly: a direct import works only after this one.
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
