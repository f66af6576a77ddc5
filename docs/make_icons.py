"""Makes the icons from favicon.svg and the preview of shared links from an example: python docs/make_icons.py"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import Browser, sync_playwright

from cyclegan.engines.load import load_engine
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter

PROJECT = Path(__file__).resolve().parent.parent
ASSETS = PROJECT / "webapp" / "assets"
SHARED = (1200, 630)  # pixels: the size of link previews in social networks
SEAM = 500  # pixels from the left: the photo is left of it, the painting right


def main() -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        icon(chromium, 180).convert("RGB").save(ASSETS / "apple-touch-icon.png", optimize=True)
        icon(chromium, 48).save(ASSETS / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    shared().save(ASSETS / "social.jpg", quality=85, optimize=True, progressive=True)


def icon(chromium: Browser, side: int) -> Image.Image:
    page = chromium.new_page(viewport={"width": side, "height": side})
    svg = (ASSETS / "favicon.svg").read_text()
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
    path = PROJECT / "icon.png"
    page.screenshot(path=path, omit_background=True)
    with Image.open(path) as picture:
        picture.load()
    path.unlink()
    return picture


def shared() -> Image.Image:
    photo = ImageOps.fit(Image.open(ASSETS / "examples" / "boats.jpg"), SHARED, Image.Resampling.LANCZOS)
    painter = Painter(load_engine(PROJECT / "weights" / "monet.pt"))
    picture = painter.paint(photo.copy(), PaintingOptions(size=max(SHARED), brush="broad"))
    picture.paste(photo.crop((0, 0, SEAM, SHARED[1])))
    ImageDraw.Draw(picture).rectangle((SEAM - 3, 0, SEAM + 2, SHARED[1]), fill="white")
    return picture


if __name__ == "__main__":
    main()
