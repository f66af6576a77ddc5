"""Photographs the running pages into docs/screenshots: python docs/take_screenshots.py http://localhost:8050"""

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
    page = chromium.new_page(
        base_url=server,
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=width < 500,
        is_mobile=width < 500,
        reduced_motion="reduce",
    )
    page.goto("/en/")
    expect(page.locator("#shell")).to_have_count(0)
    page.screenshot(path=SCREENSHOTS / f"start-{width}-{theme}.png", full_page=True)
    paint(page)
    page.screenshot(path=SCREENSHOTS / f"paint-{width}-{theme}.png", full_page=True)
    page.goto("/en/architecture")
    expect(page.locator("mjx-container").first).to_be_visible()
    page.screenshot(path=SCREENSHOTS / f"architecture-{width}-{theme}.png", full_page=True)
    page.close()


def paint(page: Page) -> None:
    page.click("[data-example=summer-palace]")
    for number in (1, 2):
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text(f"Pass {number} of 5", timeout=60_000)
    page.locator("#compare").fill("38")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # ms, for the last transitions


if __name__ == "__main__":
    main(sys.argv[1])
