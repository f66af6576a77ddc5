"""Estimates how long a turn at the engine takes, from the most recent turns."""

from collections import deque
from statistics import median
from typing import Final

FIRST_GUESS: Final = 0.5  # seconds, until a turn has been measured
RECENT: Final = 16  # turns: few enough to follow the current load, enough to outweigh one huge photo


class Pace:
    """The most recent turns."""

    def __init__(self) -> None:
        self._turns: deque[tuple[float, int]] = deque(maxlen=RECENT)

    def note(self, seconds: float, effort: int = 0) -> None:
        """Records a finished turn. `effort` is in pixels, as from Painter.effort(), or 0 if nothing was painted."""
        self._turns.append((seconds, effort))

    def usual(self) -> float:
        """Returns the seconds to expect of a turn about which nothing is known yet: the median of the recent ones."""
        return median(seconds for seconds, _ in self._turns) if self._turns else FIRST_GUESS

    def seconds(self, effort: int) -> float:
        """Returns the seconds to expect of a painting that takes `effort` pixels."""
        painted = [turn for turn in self._turns if turn[1]]
        if not painted:
            return self.usual()
        return effort * sum(seconds for seconds, _ in painted) / sum(pixels for _, pixels in painted)
