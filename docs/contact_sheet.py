"""Paints docs/contact-sheet.jpg, with each of docs/photos above its painting: python docs/contact_sheet.py"""

import math
from pathlib import Path

from PIL import Image, ImageOps

from cyclegan.engines.load import load_engine
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter
from cyclegan.reading.read import load_picture

DOCS = Path(__file__).parent
COLUMNS = 3
CELL = (420, 280)  # pixels
GAP = 8  # pixels


def main() -> None:
    painter = Painter(load_engine(DOCS.parent / "weights" / "monet.pt"))
    pairs = [(photo, painter.paint(photo, PaintingOptions())) for photo in map(load_picture, photos())]
    rows = math.ceil(len(pairs) / COLUMNS)
    width, height = CELL[0] + GAP, 2 * CELL[1] + 3 * GAP
    sheet = Image.new("RGB", (COLUMNS * width - GAP, rows * height - 2 * GAP), "white")
    for number, pair in enumerate(pairs):
        row, column = divmod(number, COLUMNS)
        for below, picture in enumerate(pair):
            place = (column * width, row * height + below * (CELL[1] + GAP))
            sheet.paste(ImageOps.fit(picture, CELL, Image.Resampling.LANCZOS), place)
    sheet.save(DOCS / "contact-sheet.jpg", quality=88)


def photos() -> list[Path]:
    return sorted((DOCS / "photos").glob("*.jpg"))


if __name__ == "__main__":
    main()
