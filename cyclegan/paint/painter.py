"""From a photo to a painting: working size, tiles, passes, strength, brush. PIL in, PIL out."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cyclegan.engines.engine import Engine, Statistics
from cyclegan.paint.brush import BRUSHES, broaden
from cyclegan.paint.options import FULL, PaintingOptions
from cyclegan.paint.tiles import Canvas, Grid
from cyclegan.pictures import Pixels, fitted, resize_to, to_bytes, to_picture, to_pixels

# Pixels, the longer side of what the norms of all tiles take their statistics from.
THUMBNAIL = 512


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


def _smaller_side(size: tuple[int, int], options: PaintingOptions) -> int | None:
    """Of the painting whose strokes are taken, if there is one."""
    side = BRUSHES[options.brush]
    return side if side is not None and side < max(size) else None


def _blend(photo: Pixels, painting: Pixels, options: PaintingOptions) -> Pixels:
    return photo + (painting - photo) * np.float32(options.strength / 100)
