"""Numbers as OpenVINO's graphs take them."""

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset15 as op


def floats(values: float | NDArray[np.floating]) -> ov.Node:
    return op.constant(np.asarray(values, np.float32))


def ints(*values: int) -> ov.Node:
    return op.constant(np.asarray(values, np.int64))
