"""Takes docs/screenshots of the running pages: python docs/take_screenshots.py http://localhost:8050"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

SCREENSHOTS = Path(__file__).parent / "screenshots"
WIDTHS = {390: 844, 768: 1024, 1280: 860}  # pixels → height
THEMES = ("light", "dark")


def main(server: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width, height in WIDTHS.items():
            for theme in THEMES:
                take(chromium, server, width, height, theme)


def take(chromium: Browser, server: str, width: int, height: int, theme: str) -> None:
    phone = width < 500
    page = chromium.new_page(
        base_url=server,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if phone else 1,
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
    )

    def capture(name: str, whole: bool = True) -> None:
        # On a phone, only the viewport: that is what a phone shows, and a full-page capture makes Chromium drop the
        # phone emulation.
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{theme}.jpg", quality=85, full_page=whole and not phone)

    page.goto("/en/")
    expect(page.locator("#shell")).to_have_count(0)
    capture("start")
    paint(page)
    capture("paint")
    page.goto("/en/architecture")
    look_inside(page)
    capture("architecture", whole=False)  # the whole page is 15,000 pixels high
    page.close()


def paint(page: Page) -> None:
    page.click("[data-example=summer-palace]")
    for number in (1, 2):
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text(f"Pass {number} of 5", timeout=60_000)
    page.locator("#compare").fill("38")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # ms, until the last transitions end


def look_inside(page: Page) -> None:
    """Inspects an example, and loads everything that the page otherwise loads only when it scrolls into view."""
    page.click("[data-inside=hills]")
    expect(page.locator("#inside-result")).to_be_visible(timeout=60_000)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator('mjx-container[display="true"] svg')).to_have_count(6)
    expect(page.locator(".chart:has(.main-svg)")).to_have_count(5)
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")


if __name__ == "__main__":
    main(sys.argv[1])
