"""The site as an app: installable, there without a network, and with photos that other apps share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from easel import expect_state, natural_size, open_page, transfer

CONTROLLED = "() => navigator.serviceWorker.controller"
SHARE = """(files) => {
    const form = Object.assign(document.createElement("form"), { action: "/share", method: "post" });
    const input = Object.assign(document.createElement("input"), { type: "file", name: "photo" });
    form.enctype = "multipart/form-data";
    input.files = files.files;
    form.append(input);
    document.body.append(form);
    form.submit();
}"""


@pytest.fixture
def installed(new_context: Callable[..., BrowserContext], server: str) -> Iterator[Page]:
    """A page whose service worker has what it needs."""
    context = new_context(base_url=server, service_workers="allow", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_page(page)
    page.wait_for_function(CONTROLLED)
    page.reload()
    open_page(page)
    yield page
    context.close()


def test_it_can_be_installed(installed: Page) -> None:
    session = installed.context.new_cdp_session(installed)
    assert session.send("Page.getAppManifest")["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []


def test_the_page_opens_without_a_network(installed: Page) -> None:
    installed.context.set_offline(True)
    installed.reload()
    expect(installed.locator("#stage")).to_be_attached()  # Dash has drawn it
    expect(installed.locator("#choose")).to_be_visible()
    expect(installed.locator(".hero img").first).to_be_visible()


def test_a_photo_that_another_app_shares_is_opened(installed: Page, holiday: Path) -> None:
    files = transfer(installed, holiday)
    with installed.expect_navigation():
        installed.evaluate(SHARE, files)
    expect_state(installed, "ready")
    assert natural_size(installed, "#photo") == [600, 400]
    installed.reload()
    open_page(installed)
    expect_state(installed, "empty")  # it was taken once
