"""Waits for what must happen in a test. The limit is far longer than a slow, busy machine needs, but waits end early.

No test waits for a fixed time.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

PATIENCE: Final = 300  # seconds
PAUSE: Final = 0.05  # seconds between two checks


def wait_until(has_happened: Callable[[], object], what: str) -> None:
    """Returns as soon as `has_happened()` is true; fails with the sentence `what` if it is not within PATIENCE."""
    begun = monotonic()
    while not has_happened():
        assert monotonic() - begun < PATIENCE, f"{what} It did not happen within {PATIENCE} seconds."
        sleep(PAUSE)
