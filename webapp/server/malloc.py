"""glibc's allocator, told to keep little of what large photos took: it would keep most of it for the next one."""

import ctypes
from typing import Any, Final

_C: Final[Any] = ctypes.CDLL(None)
IS_GLIBC: Final = hasattr(_C, "mallopt") and hasattr(_C, "malloc_trim")
# Of malloc.h.
MMAP_THRESHOLD, ARENA_MAX = -3, -8
# Bytes from which OpenVINO's buffers are the system's as soon as they are free. PyTorch's tensors are: each anew.
BUFFER: Final = 2**22


def keep_little(engine: str) -> None:
    """For this process and those that it forks. One heap for all threads: each would keep its own."""
    if IS_GLIBC:
        _C.mallopt(ARENA_MAX, 1)
        if engine == "openvino":
            _C.mallopt(MMAP_THRESHOLD, BUFFER)


def give_back() -> None:
    """All that is free. What comes after it takes some milliseconds longer, for it has to be asked for again."""
    if IS_GLIBC:
        _C.malloc_trim(0)
