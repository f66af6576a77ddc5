"""Paints photos with an engine: chooses the size and the tiles, and applies passes, strength, detail and brush."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

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
        steps_of_a_pass = (1 if self._is_whole(sized.size) else self._grid(sized.size).tiles) + bool(brush_side)
        done, total = 0, options.passes * steps_of_a_pass
        yield Step(done, total)
        # Only the last pass mixes the painting with the photo, which may have been painted over by then.
        plain = replace(options, strength=100, detail=0)
        kept = sized.copy() if options.passes > 1 and options != plain else None
        picture = sized
        for mix in [*[plain] * (options.passes - 1), options]:
            original = kept if kept and mix is options else picture
            for painting in self._paint_once(picture, original, mix, brush_side):
                done += 1
                picture = painting or picture
                yield Step(done, total, painting if done == total else None)

    def effort(self, size: tuple[int, int], options: PaintingOptions) -> int:
        """Estimates how many pixels the engine must paint for a photo of (width, height); its time is proportional."""
        if options.strength == 0:
            return 0
        sized = size if options.size == FULL else fitted(size, options.size)
        is_whole = self._is_whole(sized)
        pixels = sized[0] * sized[1] if is_whole else self._grid(sized).pixels
        if brush_side := _brush_side(sized, options):
            width, height = fitted(sized, brush_side)
            pixels += width * height
        return options.passes * pixels

    def _is_whole(self, size: tuple[int, int]) -> bool:
        return max(size) <= self.engine.whole

    def _grid(self, size: tuple[int, int]) -> Grid:
        return Grid(*size, self.engine.tile, self.engine.reach, self.engine.stride)

    def _paint_once(
        self, picture: Image.Image, original: Image.Image, options: PaintingOptions, brush_side: int | None
    ) -> Iterator[Image.Image | None]:
        """Paints one pass. Yields after each piece of work: the painting after the last one, otherwise None.

        Mixes the painting with `original`, which may be `picture` itself. A large picture is painted over in place.
        """
        strokes = statistics = None
        if brush_side:
            smaller = resize_to(picture, brush_side)
            painted, statistics = self.engine.measure(to_pixels(smaller))
            photo = smaller if original is picture else resize_to(original, brush_side)
            strokes = to_picture(self._blend(to_pixels(photo), painted, options))
            yield None
        if self._is_whole(picture.size):
            painted = self.engine.paint(to_pixels(picture))
            paintings: Iterable[Image.Image | None] = [to_picture(self._blend(to_pixels(original), painted, options))]
        else:
            paintings = self._paint_tiles(picture, original, options, statistics if brush_side == THUMBNAIL else None)
        for painting in paintings:
            if painting is not None and strokes is not None:
                broaden(painting, strokes)
            yield painting

    def _paint_tiles(
        self, picture: Image.Image, original: Image.Image, options: PaintingOptions, statistics: Statistics | None
    ) -> Iterator[Image.Image | None]:
        """Yields after each tile: the painting after the last one, otherwise None.

        `statistics` are those of the norms on a thumbnail; without them, they are measured first.
        """
        if statistics is None:
            _, statistics = self.engine.measure(to_pixels(resize_to(picture, THUMBNAIL)))
        grid = self._grid(picture.size)
        canvas = Canvas(picture, grid)
        originals = None if original is picture else Canvas(original, grid).pieces()
        try:
            for done, piece in enumerate(canvas.pieces(), start=1):
                pixels = to_pixels(piece.pixels)
                painted = self.engine.paint_tile(pixels, statistics)
                photo = to_pixels(next(originals).pixels) if originals else pixels
                canvas.put(piece, to_bytes(self._blend(photo, painted, options, piece.halo)))
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
