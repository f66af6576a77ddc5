"""The options of a painting and their bounds."""

from dataclasses import dataclass
from typing import Final, Literal

from cyclegan.paint.brush import BRUSHES

PASSES = range(1, 6)  # each pass paints the result of the previous one
STRENGTH = range(101)  # per cent of the painting in its blend with the photo
DETAIL = range(101)  # per cent of the photo's detail, which the painting lacks, that is given back
SIZE = range(64, 2049)  # pixels, the longer side
FULL: Final = "full"  # the size of the photo itself


class OptionError(ValueError):
    """An option is out of bounds; the message names the bounds."""


@dataclass(frozen=True)
class PaintingOptions:
    """The options of one painting. Raises OptionError for a value out of bounds."""

    passes: int = 1
    strength: int = 100
    detail: int = 0
    size: int | Literal["full"] = 512  # pixels, the longer side; a smaller photo keeps its own size
    brush: str = "medium"  # one of BRUSHES

    def __post_init__(self) -> None:
        for name, value, bounds in (
            ("passes", self.passes, PASSES),
            ("strength", self.strength, STRENGTH),
            ("detail", self.detail, DETAIL),
            ("size", self.size, SIZE),
        ):
            if value not in bounds and (name, value) != ("size", FULL):
                raise OptionError(f"{name} must be {describe(name, bounds)}, not {value}.")
        if self.brush not in BRUSHES:
            raise OptionError(f"brush must be one of {', '.join(BRUSHES)}.")


def parse_size(text: str) -> int | Literal["full"]:
    """Parses a size. Raises ValueError when `text` is neither a whole number nor "full"."""
    return FULL if text == FULL else int(text)


def describe(name: str, bounds: range) -> str:
    """Returns in words which values the option `name` accepts."""
    whole = f"a whole number from {bounds.start} to {bounds.stop - 1}"
    return f'{whole}, or "{FULL}"' if name == "size" else whole
