import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from patience import PATIENCE
from pictures import landscape

expect.set_options(timeout=1000 * PATIENCE)

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
# Preferences of a browser in which no page can store anything, not even ask for it.
NO_STORAGE = {"profile": {"default_content_setting_values": {"cookies": 2}}}
# What Playwright says in the console of every page that registers a service worker.
BLOCKED = "Service Worker registration blocked by Playwright"
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def new_context(browser: Browser) -> Callable[..., BrowserContext]:
    """Opens a browser with an empty cache, in which every wait has the time that a slow machine needs."""

    def open_new(**options: Any) -> BrowserContext:
        # A service worker's requests go past page.route().
        context = browser.new_context(**{"service_workers": "block", **options})
        context.set_default_timeout(1000 * PATIENCE)  # of navigation, too
        return context

    return open_new


@pytest.fixture
def troubles() -> list[str]:
    """What went wrong on the page. A test that provokes an error removes it; any other makes the test fail."""
    return []


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def contexts(new_context: Callable[..., BrowserContext], server: str) -> Iterator[dict[str, BrowserContext]]:
    """One browser for each device. It keeps what it has loaded, so most tests are faster."""
    contexts = {name: new_context(base_url=server, **options) for name, options in DEVICES.items()}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def watch(server: str, troubles: list[str]) -> Callable[[Page], Page]:
    """Records what goes wrong on a page."""

    def note_message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and message.text != BLOCKED:
            troubles.append(message.text)

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((server, "blob:", "data:")):
            troubles.append(f"A request to {request.url}")

    def listen(page: Page) -> Page:
        page.on("console", note_message)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", note_foreign)
        return page

    return listen


@pytest.fixture
def new_page(
    new_context: Callable[..., BrowserContext],
    server: str,
    device: str,
    watch: Callable[[Page], Page],
    troubles: list[str],
) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser with the options of the test, such as new_page(locale="zh-CN")."""
    contexts: list[BrowserContext] = []

    def open_new(**options: Any) -> Page:
        contexts.append(new_context(base_url=server, **{**DEVICES[device], **options}))
        return watch(contexts[-1].new_page())

    yield open_new
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(
    contexts: dict[str, BrowserContext], device: str, watch: Callable[[Page], Page], troubles: list[str]
) -> Iterator[Page]:
    page = watch(contexts[device].new_page())
    yield page
    page.close()
    assert troubles == []


@pytest.fixture
def lasting(browser: Browser, server: str, tmp_path: Path) -> Callable[[], BrowserContext]:
    """Opens a browser that has what its pages stored when it was last open."""

    def open_again() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            base_url=server,
            service_workers="block",
        )
        context.set_default_timeout(1000 * PATIENCE)
        return context

    return open_again


@pytest.fixture
def forbidden(
    browser: Browser, server: str, tmp_path: Path, watch: Callable[[Page], Page], troubles: list[str]
) -> Iterator[Page]:
    """A page of such a browser."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(NO_STORAGE))
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, base_url=server, service_workers="block"
    )
    yield watch(context.new_page())
    context.close()
    assert troubles == []


@pytest.fixture
def holiday(photo: Image.Image, tmp_path: Path) -> Path:
    path = tmp_path / "holiday.jpg"
    photo.save(path, quality=95)
    return path


@pytest.fixture(scope="session")
def broad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo that is larger than a screen at 1024 pixels."""
    path = tmp_path_factory.mktemp("photos") / "broad.jpg"
    landscape(700, 450).resize((1400, 900)).save(path, quality=95)
    return path


@pytest.fixture(scope="session")
def vast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo so large that there is time to cancel its painting."""
    path = tmp_path_factory.mktemp("photos") / "vast.jpg"
    landscape(700, 450).resize((5600, 3600)).save(path)
    return path


@pytest.fixture(scope="session")
def huge(photo: Image.Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo like a camera's: many pixels with grain, more than 3 MB."""
    path = tmp_path_factory.mktemp("photos") / "huge.jpg"
    pixels = np.asarray(photo.resize((3000, 2000)), dtype=np.float32)
    grain = np.random.default_rng(0).normal(0, 12, pixels.shape)
    Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(path, quality=95)
    return path
