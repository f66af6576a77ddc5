"""Photographs the running pages into docs/screenshots: python docs/take_screenshots.py http://localhost:8050"""

import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

DOCS = Path(__file__).parent
PHOTO = DOCS / "photos" / "summer-palace.jpg"
WIDTHS = {"": 1280, "-phone": 390}  # pixels


def main(server: str) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for suffix, width in WIDTHS.items():
            page = chromium.new_page(base_url=server, viewport={"width": width, "height": 860})
            paint(page)
            page.screenshot(path=DOCS / "screenshots" / f"paint{suffix}.png", full_page=True)
            page.goto("/architecture")
            expect(page.locator("mjx-container").first).to_be_visible()
            page.screenshot(path=DOCS / "screenshots" / f"architecture{suffix}.png", full_page=True)


def paint(page: Page) -> None:
    page.goto("/")
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    chooser.value.set_files(PHOTO)
    page.click("#paint")
    expect(page.locator("#easel")).to_have_attribute("data-state", "painted", timeout=60_000)
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)  # ms, for the blur to fade


if __name__ == "__main__":
    main(sys.argv[1])
