"""Paints photos with an engine: chooses the size and the tiles, and applies passes, strength, detail and brush."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cyclegan.engines.engine import Engine, Statistics
from cyclegan.paint.brush import BRUSHES, broaden
from cyclegan.paint.options import FULL, PaintingOptions
from cyclegan.paint.tiles import Canvas, Grid
from cyclegan.pictures import Pixels, fitted, low_pass, resize_to, to_bytes, to_picture, to_pixels

# Pixels: the longer side of the thumbnail on which the norms' statistics for all tiles are measured.
THUMBNAIL = 512


@dataclass(frozen=True)
class Step:
    """The progress of a painting; only the last step carries the painting."""

    done: int
    total: int
    painting: Image.Image | None = None


class Painter:
    """Paints with one engine. Keeps no state between paintings."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def paint(self, photo: Image.Image, options: PaintingOptions | None = None) -> Image.Image:
        """Returns the painting of an upright RGB photo, in its aspect ratio. Takes ownership of it: see steps()."""
        painting = photo
        for step in self.steps(photo, options or PaintingOptions()):
            painting = step.painting or painting
        return painting

    def steps(self, photo: Image.Image, options: PaintingOptions) -> Generator[Step]:
        """Paints as paint() does, but yields the progress before the first piece of work and after each one.

        Closing the generator cancels the rest. Takes ownership of the photo: to save memory, a large photo is painted
        over in place, and stays half painted if cancelled.
        """
        sized = photo if options.size == FULL else resize_to(photo, options.size)
        if options.strength == 0:
            yield Step(0, 1)
            yield Step(1, 1, sized)
            return
        brush_side = _brush_side(sized.size, options)
        total = options.passes if self._is_whole(sized.size) else self._grid(sized.size, options).tiles
        total += options.passes if brush_side else 0
        done = 0
        yield Step(done, total)
        strokes = None
        measured: list[Statistics] = []
        if brush_side:
            smaller = resize_to(sized, brush_side)
            for painted, statistics in self._measure(smaller, options):
                last_painted = painted
                measured.append(statistics)
                done += 1
                yield Step(done, total)
            strokes = to_picture(self._blend(to_pixels(smaller), last_painted, options))
        if self._is_whole(sized.size):
            paintings = self._paint_whole(sized, options)
        else:
            paintings = self._paint_tiles(sized, options, measured if brush_side == THUMBNAIL else [])
        for painting in paintings:
            done += 1
            if painting is not None and strokes is not None:
                broaden(painting, strokes)
            yield Step(done, total, painting)

    def effort(self, size: tuple[int, int], options: PaintingOptions) -> int:
        """Estimates how many pixels the engine must paint for a photo of (width, height); its time is proportional."""
        if options.strength == 0:
            return 0
        sized = size if options.size == FULL else fitted(size, options.size)
        is_whole = self._is_whole(sized)
        pixels = sized[0] * sized[1] if is_whole else self._grid(sized, options).pixels
        if brush_side := _brush_side(sized, options):
            width, height = fitted(sized, brush_side)
            pixels += width * height
        return options.passes * pixels

    def _is_whole(self, size: tuple[int, int]) -> bool:
        return max(size) <= self.engine.whole

    def _grid(self, size: tuple[int, int], options: PaintingOptions) -> Grid:
        # A tile goes through all passes, and each removes `reach` pixels of its halo.
        return Grid(*size, self.engine.tile, options.passes * self.engine.reach, self.engine.stride)

    def _measure(self, thumbnail: Image.Image, options: PaintingOptions) -> Iterator[tuple[Pixels, Statistics]]:
        """Yields each pass's painting and the statistics of its norms."""
        painted = to_pixels(thumbnail)
        for _ in range(options.passes):
            painted, statistics = self.engine.measure(painted)
            yield painted, statistics

    def _paint_whole(self, photo: Image.Image, options: PaintingOptions) -> Iterator[Image.Image | None]:
        """Yields after each pass: the painting after the last one, otherwise None."""
        original = to_pixels(photo)
        painted = original
        for _ in range(1, options.passes):
            painted = self.engine.paint(painted)
            yield None
        painted = self.engine.paint(painted)
        yield to_picture(self._blend(original, painted, options))

    def _paint_tiles(
        self, photo: Image.Image, options: PaintingOptions, measured: list[Statistics]
    ) -> Iterator[Image.Image | None]:
        """Yields after each tile: the painting after the last one, otherwise None.

        `measured` has the statistics of each pass over a thumbnail; if it is empty, they are measured first.
        """
        if not measured:
            thumbnail = resize_to(photo, THUMBNAIL)
            measured = [statistics for _, statistics in self._measure(thumbnail, options)]
        grid = self._grid(photo.size, options)
        canvas = Canvas(photo, grid)
        try:
            for done, piece in enumerate(canvas.pieces(), start=1):
                original = to_pixels(piece.pixels)
                painted = original
                for statistics in measured:
                    painted = self.engine.paint_tile(painted, statistics)
                canvas.put(piece, to_bytes(self._blend(original, painted, options, piece.halo)))
                yield canvas.picture if done == grid.tiles else None
        finally:
            self.engine.release()  # since encoding a large picture needs memory too

    def _blend(self, photo: Pixels, painting: Pixels, options: PaintingOptions, halo: int = 0) -> Pixels:
        """Gives the painting back the detail that was asked for, then mixes it with the photo by the strength.

        `painting` is (H, W, 3) in [-1, 1]; `photo` is larger by `halo` pixels on every side.
        """
        inside = photo[halo : halo + painting.shape[0], halo : halo + painting.shape[1]]
        if options.detail and self.engine.low_pass > 1:
            kept = low_pass(photo, self.engine.low_pass)[halo : halo + inside.shape[0], halo : halo + inside.shape[1]]
            painting = painting + (inside - kept) * np.float32(options.detail / 100)
        return inside + (painting - inside) * np.float32(options.strength / 100)


def _brush_side(size: tuple[int, int], options: PaintingOptions) -> int | None:
    """Returns the longer side, in pixels, of the smaller painting that provides the strokes, or None without one."""
    side = BRUSHES[options.brush]
    return side if side is not None and side < max(size) else None
