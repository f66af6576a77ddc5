from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def troubles() -> list[str]:
    """What went wrong on the page. A test that provokes an error takes it out; the rest fail for it."""
    return []


@pytest.fixture
def page(browser: Browser, server: str, troubles: list[str]) -> Iterator[Page]:
    def note_message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            troubles.append(message.text)

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((server, "blob:", "data:")):
            troubles.append(f"A request to {request.url}")

    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", note_message)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", note_foreign)
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def holiday(photo: Image.Image, tmp_path: Path) -> Path:
    path = tmp_path / "holiday.jpg"
    photo.save(path, quality=95)
    return path
