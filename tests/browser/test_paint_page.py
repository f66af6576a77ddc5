import base64
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from cyclegan.painter import PaintingOptions, resize_to
from webapp.settings import MAX_UPLOAD_BYTES

PAINTING_LIMIT = 60_000  # ms


def open_page(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#choose")).to_be_visible()


def choose(page: Page, file: Path | FilePayload, button: str = "#choose") -> None:
    with page.expect_file_chooser() as chooser:
        page.click(button)
    chooser.value.set_files(file)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("#easel")).to_have_attribute("data-state", state, timeout=PAINTING_LIMIT)


def expect_pass(page: Page, number: int) -> None:
    expect(page.locator("#pass")).to_have_text(f"Pass {number} of 5", timeout=PAINTING_LIMIT)
    expect_state(page, "painted")


def paint(page: Page) -> None:
    page.click("#paint")
    expect_state(page, "painted")


def expect_error(page: Page, sentence: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(sentence, timeout=PAINTING_LIMIT)


def downloaded(page: Page, folder: Path) -> Image.Image:
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "holiday-monet.png"
    path = folder / "downloaded.png"
    download.value.save_as(path)
    with Image.open(path) as painting:
        painting.load()
    return painting


def natural_size(page: Page, selector: str) -> list[int]:
    size: list[int] = page.eval_on_selector(
        selector, "async (img) => (await img.decode(), [img.naturalWidth, img.naturalHeight])"
    )
    return size


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def before(photo: Path) -> Image.Image:
    """The photo in the size in which it is painted."""
    return resize_to(Image.open(photo), PaintingOptions().size)


def count_paintings(page: Page) -> list[Request]:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request) if request.url.endswith("/api/paint") else None)
    return requests


def test_a_photo_is_painted_painted_again_and_downloaded(page: Page, holiday: Path, tmp_path: Path) -> None:
    open_page(page)
    choose(page, holiday)
    expect_state(page, "ready")
    expect(page.locator("#photo")).to_be_visible()
    assert natural_size(page, "#photo") == [600, 400]
    expect(page.locator("#download")).to_be_hidden()

    page.click("#paint")
    expect_pass(page, 1)
    assert natural_size(page, "#painting") == [512, 341]
    once = downloaded(page, tmp_path)
    assert (once.format, once.size) == ("PNG", (512, 341))
    assert difference(once, before(holiday)) > 1

    expect(page.locator("#paint")).to_have_text("Paint again")
    page.click("#paint")
    expect_pass(page, 2)
    twice = downloaded(page, tmp_path)
    assert difference(twice, once) > 0.2


def test_a_dropped_photo_is_painted(page: Page, holiday: Path) -> None:
    open_page(page)
    drop = page.evaluate_handle(
        """(data) => {
            const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "holiday.jpg", { type: "image/jpeg" }));
            return transfer;
        }""",
        base64.b64encode(holiday.read_bytes()).decode("ascii"),
    )
    page.dispatch_event("#choose", "dragover", {"dataTransfer": drop})
    expect(page.locator("#easel")).to_have_attribute("data-drag", "over")
    page.dispatch_event("#choose", "drop", {"dataTransfer": drop})
    expect_state(page, "ready")
    expect(page.locator("#easel")).to_have_attribute("data-drag", "")
    paint(page)


def test_the_keyboard_is_enough(page: Page, holiday: Path) -> None:
    # Playwright catches file choosers from the first listener on, and a key is faster than that.
    page.on("filechooser", lambda _: None)
    open_page(page)
    for _ in range(10):
        if page.evaluate("document.activeElement.id") == "choose":
            break
        page.keyboard.press("Tab")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(holiday)
    expect(page.locator("#paint")).to_be_focused()
    page.keyboard.press("Enter")
    expect_pass(page, 1)
    expect(page.locator("#paint")).to_be_focused()
    page.keyboard.press("Enter")
    expect_pass(page, 2)


def test_the_same_file_can_be_chosen_again(page: Page, holiday: Path) -> None:
    open_page(page)
    choose(page, holiday)
    paint(page)
    choose(page, holiday, "#new")
    expect_state(page, "ready")
    expect(page.locator("#pass")).to_be_empty()
    paint(page)


def test_two_clicks_at_once_start_one_painting(page: Page, holiday: Path) -> None:
    open_page(page)
    choose(page, holiday)
    expect_state(page, "ready")
    requests = count_paintings(page)
    page.eval_on_selector("#paint", "(button) => (button.click(), button.click())")
    expect_pass(page, 1)
    assert len(requests) == 1


def test_five_passes_are_enough(page: Page, holiday: Path) -> None:
    open_page(page)
    choose(page, holiday)
    requests = count_paintings(page)
    for number in range(1, 6):
        expect(page.locator("#paint")).to_have_attribute("aria-disabled", "false")
        page.click("#paint")
        expect_pass(page, number)
    expect(page.locator("#paint")).to_have_attribute("aria-disabled", "true")
    page.eval_on_selector("#paint", "(button) => button.click()")
    expect_pass(page, 5)
    assert len(requests) == 5


def test_another_strength_paints_the_same_passes_anew(page: Page, holiday: Path, tmp_path: Path) -> None:
    open_page(page)
    choose(page, holiday)
    paint(page)
    with page.expect_response("**/api/paint"):
        page.locator("#strength").fill("0")
        page.locator("#strength").dispatch_event("change")
    expect_pass(page, 1)
    assert difference(downloaded(page, tmp_path), before(holiday)) == 0


def test_a_new_photo_cancels_the_painting_of_the_old_one(page: Page, holiday: Path) -> None:
    held: list[Route] = []
    open_page(page)
    choose(page, holiday)
    page.route("**/api/paint", lambda route: held.append(route))
    with page.expect_request("**/api/paint"):
        page.click("#paint")
    expect_state(page, "painting")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/api/paint")):
        choose(page, holiday, "#new")
    expect_state(page, "ready")
    page.unroute("**/api/paint")
    paint(page)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"just text", 415, "This is no picture that can be read."),
        (b"", 400, "The file is empty."),
        (None, 400, "The photo is damaged or cut short."),
    ],
    ids=["text", "empty", "half a JPEG"],
)
def test_an_error_is_shown_and_the_next_photo_is_painted(
    page: Page, holiday: Path, troubles: list[str], content: bytes | None, status: int, sentence: str
) -> None:
    whole = holiday.read_bytes()
    buffer = whole[: len(whole) // 2] if content is None else content
    open_page(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": buffer})
    page.click("#paint")
    expect_error(page, sentence)
    expect_state(page, "ready")
    assert f"status of {status}" in troubles.pop()
    choose(page, holiday, "#new")
    expect(page.get_by_role("alert")).to_be_hidden()
    paint(page)


def test_a_photo_that_is_too_large_is_not_even_sent(page: Page, holiday: Path) -> None:
    open_page(page)
    requests = count_paintings(page)
    choose(page, {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": bytes(MAX_UPLOAD_BYTES + 1)})
    expect_error(page, "The upload is too large. Send a smaller photo.")
    expect_state(page, "empty")
    assert requests == []
    choose(page, holiday)
    paint(page)


def test_a_lost_connection_is_told_and_the_painting_can_be_tried_again(
    page: Page, holiday: Path, troubles: list[str]
) -> None:
    open_page(page)
    choose(page, holiday)
    page.route("**/api/paint", lambda route: route.abort())
    page.click("#paint")
    expect_error(page, "The connection to the server broke. Try again.")
    expect_state(page, "ready")
    assert "ERR_FAILED" in troubles.pop()
    page.unroute("**/api/paint")
    paint(page)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_scrolls_sideways(page: Page, holiday: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    choose(page, holiday)
    paint(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_before_and_after_stand_side_by_side_and_on_a_phone_below_each_other(page: Page, holiday: Path) -> None:
    open_page(page)
    choose(page, holiday)
    expect_state(page, "ready")
    for width, side_by_side in ((1280, True), (390, False)):
        page.set_viewport_size({"width": width, "height": 844})
        left, right = (page.locator(selector).bounding_box() for selector in ("#photo", "#painting"))
        assert left is not None
        assert right is not None
        assert (abs(left["y"] - right["y"]) < 1) is side_by_side


def test_the_text_on_the_first_button_is_dark_enough(page: Page, holiday: Path) -> None:
    open_page(page)
    choose(page, holiday)
    expect(page.locator("#paint")).to_have_css("color", "rgb(33, 37, 41)")
    page.hover("#paint")
    expect(page.locator("#paint")).to_have_css("color", "rgb(33, 37, 41)")


def test_an_unknown_address_has_a_way_home(page: Page, troubles: list[str]) -> None:
    answer = page.goto("/nothing")
    assert answer is not None
    assert answer.status == 404
    assert "status of 404" in troubles.pop()
    page.get_by_role("link").click()
    expect(page.locator("#choose")).to_be_visible()
