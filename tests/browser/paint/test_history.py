"""What this browser keeps of the photos that it has painted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from easel import (
    DESKTOP,
    choose,
    difference,
    expect_pass,
    expect_picked,
    expect_state,
    open_page,
    open_photo,
    paint,
    pick,
    shown_picture,
)
from webapp.texts.en import ENGLISH


@pytest.fixture
def fresh(new_page: Callable[..., Page]) -> Page:
    """A page in a browser that has painted nothing yet."""
    return new_page()


def test_a_reload_brings_photo_and_paintings_back(fresh: Page, holiday: Path) -> None:
    open_photo(fresh, holiday)
    pick(fresh, "brush", "Broad")
    paint(fresh)
    fresh.click("#paint")
    expect_pass(fresh, 2)
    painting = shown_picture(fresh)
    fresh.reload()
    expect_pass(fresh, 2)
    assert difference(shown_picture(fresh), painting) == 0
    expect_picked(fresh, "brush", "broad")
    expect(fresh.locator("[data-pass='1'] img")).to_be_visible()
    fresh.click("#paint")
    expect_pass(fresh, 3)


@DESKTOP
def test_photos_can_be_taken_up_again_and_deleted(fresh: Page, holiday: Path, broad: Path) -> None:
    open_photo(fresh, holiday)
    paint(fresh)
    choose(fresh, broad, "#new")
    expect_state(fresh, "ready")
    paint(fresh)
    fresh.click(".navbar-brand")
    expect(fresh.locator("#choose")).to_be_visible()
    names = fresh.locator("#history-list .example span")
    expect(names).to_have_text(["broad.jpg", "holiday.jpg"])
    expect(fresh.locator("#history")).to_contain_text(ENGLISH.page.history_where)

    fresh.get_by_role("button", name="holiday.jpg", exact=True).click()
    expect_pass(fresh, 1)
    expect(fresh.locator("#painting")).to_be_visible()
    fresh.get_by_role("button", name="Delete broad.jpg").click()
    expect(names).to_have_text(["holiday.jpg"])
    fresh.get_by_role("button", name="Delete all").click()
    expect(fresh.locator("#history")).to_be_hidden()
    expect_pass(fresh, 1)  # it stays on the stage


def test_the_history_survives_the_browser(lasting: Callable[[], BrowserContext], holiday: Path) -> None:
    first = lasting()
    page = first.new_page()
    open_photo(page, holiday)
    paint(page)
    expect(page.locator("#history-list li")).to_have_count(1)
    first.close()

    second = lasting()
    page = second.new_page()
    open_page(page)
    page.get_by_role("button", name="holiday.jpg", exact=True).click()
    expect_pass(page, 1)
    second.close()
