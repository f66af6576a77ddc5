"""Makes the small pictures of the pages: python docs/make_icons.py

The icons from favicon.svg; the preview of shared links and the picture of the start page from an example and its
painting; thumbnails of all examples.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import Browser, sync_playwright

from cyclegan.engines.load import load_engine
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter
from webapp.pages.hero import HEIGHT, WIDTH
from webapp.pages.install import ICONS

PROJECT = Path(__file__).resolve().parent.parent
ASSETS = PROJECT / "webapp" / "assets"
SHARED = (1200, 630)  # pixels: the size of link previews in social networks
SEAM = 500  # pixels from the left: the photo is left of it, the painting right
HERO = (WIDTH, HEIGHT)
THUMBNAIL = (240, 160)  # pixels
QUALITY = 68  # of WebP: what is above it is not seen at these sizes
HERO_QUALITY = 50  # of AVIF


def main() -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        icon(chromium, 180).convert("RGB").save(ASSETS / "apple-touch-icon.png", optimize=True)
        for side, purpose in ICONS.items():
            picture = icon(chromium, side) if purpose == "any" else padded(icon(chromium, side * 4 // 5), side)
            picture.save(ASSETS / "icons" / f"app-{side}.png", optimize=True)
        icon(chromium, 48).save(ASSETS / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    shared().save(ASSETS / "social.jpg", quality=85, optimize=True, progressive=True)
    for name, picture in zip(("photo", "painting"), hero(), strict=True):
        picture.save(ASSETS / "hero" / f"{name}.avif", quality=HERO_QUALITY)
    for path in (ASSETS / "examples").glob("*.jpg"):
        small = ImageOps.fit(Image.open(path), THUMBNAIL, Image.Resampling.LANCZOS)
        small.save(path.with_name(f"{path.stem}-small.webp"), quality=QUALITY, method=6)


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


def padded(picture: Image.Image, side: int) -> Image.Image:
    """Returns the icon on its own ground: systems cut up to a tenth off each side of a maskable one."""
    ground = Image.new("RGB", (side, side), picture.convert("RGB").getpixel((side // 20, side // 3)))
    ground.paste(picture, ((side - picture.width) // 2,) * 2, picture)
    return ground


def shared() -> Image.Image:
    photo = ImageOps.fit(Image.open(ASSETS / "examples" / "boats.jpg"), SHARED, Image.Resampling.LANCZOS)
    painter = Painter(load_engine(PROJECT / "weights" / "monet.pt"))
    picture = painter.paint(photo.copy(), PaintingOptions(size=max(SHARED), brush="broad"))
    picture.paste(photo.crop((0, 0, SEAM, SHARED[1])))
    ImageDraw.Draw(picture).rectangle((SEAM - 3, 0, SEAM + 2, SHARED[1]), fill="white")
    return picture


def hero() -> tuple[Image.Image, Image.Image]:
    """Returns an example and its painting."""
    photo = ImageOps.fit(Image.open(ASSETS / "examples" / "boats.jpg"), HERO, Image.Resampling.LANCZOS)
    painter = Painter(load_engine(PROJECT / "weights" / "monet.pt"))
    return photo, painter.paint(photo.copy(), PaintingOptions(size=max(HERO), brush="medium"))


if __name__ == "__main__":
    main()
