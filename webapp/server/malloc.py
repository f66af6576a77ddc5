"""Makes glibc's allocator return most of a large photo's memory, which it would otherwise keep for the next one."""

import ctypes
from typing import Any, Final

_C: Final[Any] = ctypes.CDLL(None)
IS_GLIBC: Final = hasattr(_C, "mallopt") and hasattr(_C, "malloc_trim")
# From malloc.h.
MMAP_THRESHOLD, ARENA_MAX = -3, -8
# OpenVINO's buffers of at least this many bytes return to the system as soon as they are free. With PyTorch, each
# tensor would be requested from the system again.
BUFFER: Final = 2**22


def keep_little(engine: str) -> None:
    """Configures this process and those that it forks. All threads share one heap, since each would keep its own."""
    if IS_GLIBC:
        _C.mallopt(ARENA_MAX, 1)
        if engine == "openvino":
            _C.mallopt(MMAP_THRESHOLD, BUFFER)


def give_back() -> None:
    """Returns all free memory to the system. The next painting takes some milliseconds longer to allocate it again."""
    if IS_GLIBC:
        _C.malloc_trim(0)
