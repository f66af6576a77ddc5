"""From a photo to a painting: working size, passes, strength. PIL in, PIL out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PASSES = range(1, 6)  # each pass paints the painting of the one before
STRENGTH = range(101)  # per cent of painting in the blend with the photo
SIZE = range(64, 2049)  # pixels, the longer side

Pixels = NDArray[np.float32]  # (H, W, 3) in [-1, 1]


class OptionError(ValueError):
    """A value outside its bounds; the message names the bounds."""


class Engine(Protocol):
    """What runs an artifact."""

    def paint(self, photo: Pixels) -> Pixels:
        """(H, W, 3) in [-1, 1] → (H, W, 3) in [-1, 1], for any H, W ≥ 1."""


@dataclass(frozen=True)
class PaintingOptions:
    """What a person may choose. Raises OptionError for a value out of bounds."""

    passes: int = 1
    strength: int = 100
    size: int = 512  # never above the photo's own

    def __post_init__(self) -> None:
        for name, value, bounds in (
            ("passes", self.passes, PASSES),
            ("strength", self.strength, STRENGTH),
            ("size", self.size, SIZE),
        ):
            if value not in bounds:
                raise OptionError(
                    f"{name} must be a whole number from {bounds.start} to {bounds.stop - 1}, not {value}."
                )


@dataclass(frozen=True)
class Step:
    """How far a painting is; the last step, and only it, carries the painting."""

    done: int
    total: int
    painting: Image.Image | None = None


class Painter:
    """Paints with one engine. Holds nothing between paintings."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def paint(self, photo: Image.Image, options: PaintingOptions | None = None) -> Image.Image:
        """An upright RGB photo → its painting, in the photo's aspect ratio."""
        painting = photo
        for step in self.steps(photo, options or PaintingOptions()):
            painting = step.painting or painting
        return painting

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Step]:
        """The same one piece of work at a time: one step before the first pass, one after each.

        Dropping the iterator cancels what is left.
        """
        yield Step(0, options.passes)
        original = to_pixels(resize_to(photo, options.size))
        painted = original
        for done in range(1, options.passes):
            painted = self.engine.paint(painted)
            yield Step(done, options.passes)
        painted = self.engine.paint(painted)
        blended = original + (painted - original) * np.float32(options.strength / 100)
        yield Step(options.passes, options.passes, to_picture(blended))


def resize_to(photo: Image.Image, longer_side: int) -> Image.Image:
    """Shrinks a photo to `longer_side` pixels; never enlarges it."""
    scale = longer_side / max(photo.size)
    if scale >= 1:
        return photo
    width, height = (max(1, round(side * scale)) for side in photo.size)
    return photo.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def to_pixels(picture: Image.Image) -> Pixels:
    """RGB bytes 0…255 → [-1, 1]."""
    return np.asarray(picture, dtype=np.float32) / np.float32(127.5) - np.float32(1)


def to_picture(pixels: Pixels) -> Image.Image:
    """[-1, 1] → RGB bytes, clipped and rounded: to_picture(to_pixels(p)) is p."""
    return Image.fromarray(np.rint((pixels.clip(-1, 1) + 1) * 127.5).astype(np.uint8))
