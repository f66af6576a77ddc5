"""What a person does and sees on the paint page, for all tests in the browser."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from cyclegan.pictures import resize_to

# For tests in which the width does not matter, or only one of the two can do what is tested.
DESKTOP = pytest.mark.parametrize("device", ["desktop"], indirect=True)
PHONE = pytest.mark.parametrize("device", ["phone"], indirect=True)


def open_page(page: Page, address: str = "/") -> None:
    page.goto(address)
    expect(page.locator("#choose")).to_be_visible()
    expect(page.locator("#stage")).to_be_attached()  # Dash has drawn the page


def choose(page: Page, file: Path | FilePayload, button: str = "#choose") -> None:
    with page.expect_file_chooser() as chooser:
        page.click(button)
    chooser.value.set_files(file)


def open_photo(page: Page, file: Path | FilePayload) -> None:
    open_page(page)
    choose(page, file)
    expect_state(page, "ready")


def expect_state(page: Page, state: str) -> None:
    # This looks at every frame; expect() soon looks only once a second.
    seen = "(state) => document.querySelector('#easel')?.dataset.state === state"
    page.wait_for_function(seen, arg=state)


def expect_pass(page: Page, number: int) -> None:
    seen = "(text) => document.querySelector('#status')?.textContent.startsWith(text)"
    page.wait_for_function(seen, arg=f"Pass {number} of 5")
    expect_state(page, "painted")


def paint(page: Page) -> None:
    page.click("#paint")
    expect_state(page, "painted")


def pick(page: Page, name: str, label: str) -> None:
    """Chooses a size or a brush."""
    page.locator(f"#{name}").get_by_text(label, exact=True).click()


def expect_picked(page: Page, name: str, value: str) -> None:
    expect(page.locator(f"#{name} input:checked")).to_have_value(value)


def expect_error(page: Page, sentence: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(sentence)


def is_painting(request: Request) -> bool:
    return request.url.endswith("/api/paint")


def count_paintings(page: Page) -> list[Request]:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request) if is_painting(request) else None)
    return requests


@contextmanager
def held(page: Page) -> Iterator[list[Route]]:
    """Holds back every request for a painting until the end, and then sends those that were not cancelled."""
    routes: list[Route] = []
    page.route("**/api/paint", lambda route: routes.append(route))
    yield routes
    for route in routes:
        if route.request.failure is None:
            route.continue_()
    page.unroute("**/api/paint")


def ask_for_painting(page: Page, act: Callable[[], None]) -> None:
    """Calls `act`, and waits until the page has asked for a painting."""
    with page.expect_request("**/api/paint"):
        act()


def natural_size(page: Page, selector: str) -> list[int]:
    size: list[int] = page.eval_on_selector(
        selector, "async (img) => (await img.decode(), [img.naturalWidth, img.naturalHeight])"
    )
    return size


def shown_picture(page: Page, selector: str = "#painting") -> Image.Image:
    """Returns an image of the page."""
    address = page.eval_on_selector(
        selector,
        """async (image) => {
            await image.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL("image/png");
        }""",
    )
    return Image.open(BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB")


def downloaded(page: Page, folder: Path, name: str = "holiday-monet.png") -> Image.Image:
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == name
    path = folder / name
    download.value.save_as(path)
    with Image.open(path) as painting:
        painting.load()
    return painting


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    one, other = one.convert("RGB"), other.convert("RGB")
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def before(photo: Path | Image.Image, longer_side: int = 512) -> Image.Image:
    """Returns the photo in the size in which it is painted."""
    return resize_to(photo if isinstance(photo, Image.Image) else Image.open(photo), longer_side)


def transfer(page: Page, file: Path, kind: str = "image/jpeg") -> object:
    """Returns what a person drags or pastes: a DataTransfer with one file."""
    return page.evaluate_handle(
        """([data, name, type]) => {
            const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type }));
            return transfer;
        }""",
        [base64.b64encode(file.read_bytes()).decode("ascii"), file.name, kind],
    )


def watch_shifts(page: Page) -> Callable[[], float]:
    """Returns a function that returns how much the page has jumped since it was opened (cumulative layout shift)."""
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    return lambda: float(page.evaluate("window.shift"))


def weigh(page: Page) -> dict[str, float]:
    """Returns address → bytes over the wire, headers included; it grows with each response from now on."""
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    session = page.context.new_cdp_session(page)

    def note_size(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "?")
        if not name.startswith("data:"):
            sizes[name] = event["encodedDataLength"]

    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", note_size)
    session.send("Network.enable")
    return sizes
