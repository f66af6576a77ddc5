"""A browser that forbids every page to store anything: asking for its storage is an error there."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from easel import expect_picked, open_photo, paint, pick


def test_a_photo_is_painted_and_the_theme_changed(forbidden: Page, holiday: Path) -> None:
    open_photo(forbidden, holiday)
    pick(forbidden, "brush", "Broad")
    paint(forbidden)
    forbidden.click("#theme")
    expect(forbidden.locator("html")).to_have_attribute("data-theme", "light")


def test_the_options_are_kept_as_long_as_the_page(forbidden: Page, holiday: Path) -> None:
    open_photo(forbidden, holiday)
    pick(forbidden, "brush", "Broad")
    forbidden.click("a[href='/architecture']")
    expect(forbidden.locator("#inside")).to_be_attached()
    forbidden.click(".navbar-brand")
    expect_picked(forbidden, "brush", "broad")


@pytest.mark.parametrize("path", ["/architecture", "/api", "/nothing"])
def test_every_page_is_shown(forbidden: Page, troubles: list[str], path: str) -> None:
    forbidden.goto(path)
    expect(forbidden.locator("html")).to_have_attribute("data-theme", "system")
    expect(forbidden.locator("#shell")).to_have_count(0)
    if path == "/nothing":
        troubles.clear()  # the console says that there is none
