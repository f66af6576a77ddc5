"""The page of the HTTP API: the links to it, and its theme button."""

from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from easel import DESKTOP


@DESKTOP
@pytest.mark.parametrize(("start", "address"), [("/", "/api"), ("/zh/architecture", "/zh/api")])
def test_the_other_pages_lead_there_and_back(page: Page, start: str, address: str) -> None:
    page.goto(start)
    expect(page.locator("#shell")).to_have_count(0)
    page.click("a[href=api]")
    expect(page.locator("#curl")).to_be_visible()
    assert urlparse(page.url).path == address
    page.click(".navbar-brand")
    expect(page.locator("#choose")).to_be_visible()
    assert urlparse(page.url).path == address.removesuffix("api")


def test_no_line_is_wider_than_the_screen(page: Page) -> None:
    page.goto("/en/api")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@DESKTOP
def test_the_theme_is_changed_and_kept(page: Page) -> None:
    page.goto("/en/api")
    page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.click("#theme")
    expect(page.locator("#theme")).to_have_accessible_name("Theme: dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.click("#theme")
    expect(page.locator("#theme")).to_have_accessible_name("Theme: system")


@DESKTOP
def test_the_examples_name_the_address_that_the_browser_has_used(page: Page, server: str, troubles: list[str]) -> None:
    address = server.replace("127.0.0.1", "localhost")
    page.goto(f"{address}/en/api")
    for name in ("curl", "python", "javascript", "follow", "look"):
        expect(page.locator(f"#{name}")).to_contain_text(f"{address}/api/")
        expect(page.locator(f"#{name}")).not_to_contain_text(server)
    troubles.clear()  # all of it has come from another address than the tests' own
