"""From a photo to a painting: working size, tiles, passes, strength, brush. PIL in, PIL out."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cyclegan.brush import BRUSHES, broaden
from cyclegan.canvas import Canvas
from cyclegan.grid import Grid
from cyclegan.pictures import shrink

PASSES = range(1, 6)  # each pass paints the painting of the one before
STRENGTH = range(101)  # per cent of painting in the blend with the photo
SIZE = range(64, 2049)  # pixels, the longer side
FULL: Final = "full"  # the size of the photo itself
# Pixels, the longer side of what the norms of all tiles take their statistics from.
THUMBNAIL = 512

Pixels = NDArray[np.float32]  # (H, W, 3) in [-1, 1]
Statistics = Sequence[Any]  # of an engine's own kind


class OptionError(ValueError):
    """A value outside its bounds; the message names the bounds."""


class Engine(Protocol):
    """What runs an artifact. Pictures are (H, W, 3) in [-1, 1], float32."""

    whole: int  # pixels, the longer side of what is painted at once; larger photos are painted in tiles
    tile: int  # pixels, the side of a tile without what lies around it
    stride: int  # the sides of a tile must be multiples of it
    reach: int  # pixels that a painted pixel depends on, to every side; a multiple of the stride

    def paint(self, photo: Pixels) -> Pixels:
        """For any H, W ≥ 1."""

    def measure(self, thumbnail: Pixels) -> tuple[Pixels, Statistics]:
        """Its painting, and what the tiles of the same photo must know to be painted alike."""

    def paint_tile(self, tile: Pixels, statistics: Statistics) -> Pixels:
        """The painting of what lies `reach` inside its edges."""

    def release(self) -> None:
        """Gives back the memory that it keeps for the next picture."""


@dataclass(frozen=True)
class PaintingOptions:
    """What a person may choose. Raises OptionError for a value out of bounds."""

    passes: int = 1
    strength: int = 100
    size: int | Literal["full"] = 512  # never above the photo's own
    brush: str = "medium"  # one of BRUSHES

    def __post_init__(self) -> None:
        for name, value, bounds in (
            ("passes", self.passes, PASSES),
            ("strength", self.strength, STRENGTH),
            ("size", self.size, SIZE),
        ):
            if value not in bounds and (name, value) != ("size", FULL):
                raise OptionError(f"{name} must be {describe(name, bounds)}, not {value}.")
        if self.brush not in BRUSHES:
            raise OptionError(f"brush must be one of {', '.join(BRUSHES)}.")


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
        """An upright RGB photo → its painting, in the photo's aspect ratio. The photo is taken over: see steps()."""
        painting = photo
        for step in self.steps(photo, options or PaintingOptions()):
            painting = step.painting or painting
        return painting

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Generator[Step]:
        """The same one piece of work at a time: one step before the first, one after each.

        Closing it cancels what is left. The photo is the painter's from here on: a large one becomes its
        painting, for memory, and half of one where it is cancelled.
        """
        sized = photo if options.size == FULL else resize_to(photo, options.size)
        if options.strength == 0:
            yield Step(0, 1)
            yield Step(1, 1, sized)
            return
        smaller_side = _smaller_side(sized.size, options)
        total = options.passes if self._is_whole(sized.size) else self._grid(sized.size, options).tiles
        total += options.passes if smaller_side else 0
        done = 0
        yield Step(done, total)
        strokes = None
        measured: list[Statistics] = []
        if smaller_side:
            smaller = resize_to(sized, smaller_side)
            for painted, statistics in self._measure(smaller, options):
                last_painted = painted
                measured.append(statistics)
                done += 1
                yield Step(done, total)
            strokes = to_picture(_blend(to_pixels(smaller), last_painted, options))
        if self._is_whole(sized.size):
            paintings = self._paint_whole(sized, options)
        else:
            paintings = self._paint_tiles(sized, options, measured if smaller_side == THUMBNAIL else [])
        for painting in paintings:
            done += 1
            if painting is not None and strokes is not None:
                broaden(painting, strokes)
            yield Step(done, total, painting)

    def effort(self, size: tuple[int, int], options: PaintingOptions) -> int:
        """How many pixels the engine will be given for a photo of this size, about; its time goes with them."""
        if options.strength == 0:
            return 0
        sized = size if options.size == FULL else fitted(size, options.size)
        is_whole = self._is_whole(sized)
        pixels = sized[0] * sized[1] if is_whole else self._grid(sized, options).pixels
        if smaller_side := _smaller_side(sized, options):
            width, height = fitted(sized, smaller_side)
            pixels += width * height
        return options.passes * pixels

    def _is_whole(self, size: tuple[int, int]) -> bool:
        return max(size) <= self.engine.whole

    def _grid(self, size: tuple[int, int], options: PaintingOptions) -> Grid:
        # Every pass sees as far again: a tile goes through all of them, and each leaves less of what is around it.
        return Grid(*size, self.engine.tile, options.passes * self.engine.reach, self.engine.stride)

    def _measure(self, thumbnail: Image.Image, options: PaintingOptions) -> Iterator[tuple[Pixels, Statistics]]:
        """What each pass answers: its painting, and the statistics of its norms."""
        painted = to_pixels(thumbnail)
        for _ in range(options.passes):
            painted, statistics = self.engine.measure(painted)
            yield painted, statistics

    def _paint_whole(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Image.Image | None]:
        """None after each pass but the last, which answers the painting."""
        original = to_pixels(photo)
        painted = original
        for _ in range(1, options.passes):
            painted = self.engine.paint(painted)
            yield None
        painted = self.engine.paint(painted)
        yield to_picture(_blend(original, painted, options))

    def _paint_tiles(
        self, photo: Image.Image, options: PaintingOptions, measured: list[Statistics]
    ) -> Iterator[Image.Image | None]:
        """None after each tile but the last, which answers the painting.

        `measured` are the statistics of each pass over a thumbnail, or none where that is still to be painted.
        """
        if not measured:
            thumbnail = resize_to(photo, THUMBNAIL)
            measured = [statistics for _, statistics in self._measure(thumbnail, options)]
        grid = self._grid(photo.size, options)
        canvas = Canvas(photo, grid)
        try:
            for done, piece in enumerate(canvas.pieces(), start=1):
                painted = to_pixels(piece.pixels)
                for statistics in measured:
                    painted = self.engine.paint_tile(painted, statistics)
                canvas.put(piece, to_bytes(_blend(to_pixels(piece.inside), painted, options)))
                yield canvas.picture if done == grid.tiles else None
        finally:
            self.engine.release()  # to encode a large picture takes memory, too


def parse_size(text: str) -> int | Literal["full"]:
    """A size as a person writes it. Raises ValueError where it is neither a whole number nor "full"."""
    return FULL if text == FULL else int(text)


def describe(name: str, bounds: range) -> str:
    """What an option may be, in words."""
    whole = f"a whole number from {bounds.start} to {bounds.stop - 1}"
    return f'{whole}, or "{FULL}"' if name == "size" else whole


def resize_to(photo: Image.Image, longer_side: int) -> Image.Image:
    """Shrinks a photo to `longer_side` pixels; never enlarges it."""
    size = fitted(photo.size, longer_side)
    return photo if size == photo.size else shrink(photo, size)


def fitted(size: tuple[int, int], longer_side: int) -> tuple[int, int]:
    """The same aspect ratio with `longer_side` pixels; never larger."""
    scale = min(1, longer_side / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    return width, height


def to_pixels(picture: Image.Image | NDArray[np.uint8]) -> Pixels:
    """RGB bytes 0…255 → [-1, 1]."""
    return np.asarray(picture, dtype=np.float32) / np.float32(127.5) - np.float32(1)


def to_bytes(pixels: Pixels) -> NDArray[np.uint8]:
    """[-1, 1] → RGB bytes, clipped and rounded: to_bytes(to_pixels(bytes)) is bytes."""
    return np.rint((pixels.clip(-1, 1) + 1) * 127.5).astype(np.uint8)


def to_picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(to_bytes(pixels))


def _smaller_side(size: tuple[int, int], options: PaintingOptions) -> int | None:
    """Of the painting whose strokes are taken, if there is one."""
    side = BRUSHES[options.brush]
    return side if side is not None and side < max(size) else None


def _blend(photo: Pixels, painting: Pixels, options: PaintingOptions) -> Pixels:
    return photo + (painting - photo) * np.float32(options.strength / 100)
