"""Paints docs/brush-sheet.jpg, which decided how the brush works: python docs/brush_sheet.py

Shows a part of each photo, whose longer side is 768 pixels, in three ways: painted at that size; painted at 256 pixels
and enlarged; and both combined by scale, as cyclegan/paint/brush.py does.
"""

from pathlib import Path

from PIL import Image

from cyclegan.engines.load import load_engine
from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import FULL, PaintingOptions
from cyclegan.paint.painter import Painter
from cyclegan.pictures import resize_to
from cyclegan.reading.read import load_picture

DOCS = Path(__file__).parent
PHOTOS = ("boats", "aitzgorri", "stream")
PART = (100, 100, 520, 380)  # pixels: left, top, right, bottom
GAP = 8  # pixels


def main() -> None:
    painter = Painter(load_engine(DOCS.parent / "weights" / "monet.pt"))
    fine, broad = (PaintingOptions(size=FULL, brush=brush) for brush in ("fine", "broad"))
    width, height = PART[2] - PART[0] + GAP, PART[3] - PART[1] + GAP
    sheet = Image.new("RGB", (3 * width - GAP, len(PHOTOS) * height - GAP), "white")
    for row, name in enumerate(PHOTOS):
        photo = load_picture(DOCS / "photos" / f"{name}.jpg")
        small = painter.paint(resize_to(photo, BRUSHES["broad"]), fine)
        enlarged = small.resize(photo.size, Image.Resampling.LANCZOS)
        for column, painting in enumerate((painter.paint(photo, fine), enlarged, painter.paint(photo, broad))):
            sheet.paste(painting.crop(PART), (column * width, row * height))
    sheet.save(DOCS / "brush-sheet.jpg", quality=88)


if __name__ == "__main__":
    main()
