"""How long turns at the engine take, by the last ones."""

from collections import deque
from statistics import median
from typing import Final

FIRST_GUESS: Final = 0.5  # seconds of a turn, until one has been measured
RECENT: Final = 16  # turns: few, to follow what comes now; enough that one huge photo does not count as the usual


class Pace:
    def __init__(self) -> None:
        self._turns: deque[tuple[float, int]] = deque(maxlen=RECENT)

    def note(self, seconds: float, effort: int = 0) -> None:
        """A turn that is done. `effort` is in pixels, as Painter.effort() has it; 0 where nothing was painted."""
        self._turns.append((seconds, effort))

    def usual(self) -> float:
        """Seconds of a turn of which nothing is known yet: half of the last ones took more."""
        return median(seconds for seconds, _ in self._turns) if self._turns else FIRST_GUESS

    def seconds(self, effort: int) -> float:
        """Seconds of a painting of so many pixels."""
        painted = [turn for turn in self._turns if turn[1]]
        if not painted:
            return self.usual()
        return effort * sum(seconds for seconds, _ in painted) / sum(pixels for _, pixels in painted)
