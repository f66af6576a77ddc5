import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crowd import painted
from cyclegan.paint.options import PASSES
from easel import (
    DESKTOP,
    PHONE,
    ask_for_painting,
    count_paintings,
    difference,
    expect_error,
    expect_pass,
    expect_picked,
    expect_state,
    held,
    is_painting,
    natural_size,
    open_photo,
    paint,
    pick,
    shown_picture,
)
from uploads import long_painting

CANCELS = pytest.mark.parametrize(
    ("device", "cancel"),
    [("phone", lambda page: page.click("#cancel")), ("desktop", lambda page: page.keyboard.press("Escape"))],
    indirect=["device"],
    ids=["by the button", "by Escape"],
)


def test_a_photo_is_painted_and_painted_again(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    page.click("#paint")
    expect_pass(page, 1)
    expect(page.locator("#status")).to_have_text("Pass 1 of 5 · 512 × 341 pixels")
    assert natural_size(page, "#painting") == [512, 341]
    once = shown_picture(page)
    assert difference(once, shown_picture(page, "#photo").resize(once.size)) > 1

    expect(page.locator("#paint")).to_have_text("Paint again")
    page.click("#paint")
    expect(page.locator("#status")).to_have_text("Pass 2 of 5 · 512 × 341 pixels")
    assert difference(shown_picture(page), once) > 0.2


@PHONE
def test_five_passes_are_enough_and_each_can_be_looked_at_again(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    requests = count_paintings(page)
    for number in PASSES:
        expect(page.locator("#paint")).to_have_attribute("aria-disabled", "false")
        page.click("#paint")
        expect_pass(page, number)
    expect(page.locator("#paint")).to_have_attribute("aria-disabled", "true")
    page.eval_on_selector("#paint", "(button) => button.click()")
    page.keyboard.press("Enter")
    expect_pass(page, 5)

    for number in (1, 4, 2):
        page.click(f"[data-pass='{number}']")
        expect_pass(page, number)
        expect_pressed(page, number)
    page.click("[data-pass='0']")
    expect_state(page, "ready")
    expect_pressed(page, 0)
    expect(page.locator("#painting")).to_be_hidden()
    expect(page.locator("#status")).to_have_text("Photo · 600 × 400 pixels")
    page.click("[data-pass='5']")
    expect_pass(page, 5)
    expect(page.locator("#painting")).to_be_visible()
    assert len(requests) == 5


def expect_pressed(page: Page, number: int) -> None:
    expect(page.locator(".film-frame[aria-pressed=true]")).to_have_count(1)
    expect(page.locator(f"[data-pass='{number}']")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("brush", ["Medium", "Broad"])
@DESKTOP
def test_a_pass_is_painted_on_the_one_before_and_gives_what_all_passes_give(
    page: Page, holiday: Path, brush: str
) -> None:
    page.add_init_script(
        """window.asked = [];
        const { send } = XMLHttpRequest.prototype;
        XMLHttpRequest.prototype.send = function (form) {
            window.asked.push(form);
            send.call(this, form);
        };"""
    )
    open_photo(page, holiday)
    pick(page, "brush", brush)
    for number in (1, 2):
        page.click("#paint")
        expect_pass(page, number)
    sent = page.evaluate("window.asked.map((form) => [form.get('photo').type, form.get('passes')])")
    assert sent == [["image/jpeg", "1"], ["image/png", "1"]]
    once_more = shown_picture(page)
    page.evaluate(
        """async () => {
            const [form] = window.asked;
            form.set("passes", 2);
            const response = await fetch("/api/paint", { method: "POST", body: form });
            document.querySelector("#painting").src = URL.createObjectURL(await response.blob());
        }"""
    )
    assert difference(shown_picture(page), once_more) == 0


@DESKTOP
def test_a_long_painting_says_how_long_it_still_takes(page: Page, vast: Path) -> None:
    page.add_init_script(
        """const now = performance.now.bind(performance);
        performance.now = () => 100 * now(); // as if the machine were slow
        window.said = [];
        const note = () => window.said.push(document.querySelector("#working")?.textContent);
        const all = { subtree: true, childList: true, characterData: true };
        document.addEventListener("DOMContentLoaded", () => new MutationObserver(note).observe(document.body, all));"""
    )
    open_photo(page, vast)
    pick(page, "size", "Full")
    page.click("#paint")
    page.wait_for_function("() => window.said.some((text) => /^Painting pass 1 of 5, about \\d+ s left…$/.test(text))")
    page.click("#cancel")
    expect_state(page, "ready")


@DESKTOP
def test_the_thumbnails_are_all_of_one_brush(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    page.click("#paint")
    expect_pass(page, 2)
    medium = page.get_attribute("[data-pass='1'] img", "src")
    pick(page, "brush", "Broad")
    expect(page.locator("[data-pass='1'] img")).not_to_have_attribute("src", re.compile("."))
    page.click("[data-pass='1']")
    expect_pass(page, 1)
    expect(page.locator("[data-pass='1'] img")).to_have_attribute("src", re.compile("^data:"))
    assert page.get_attribute("[data-pass='1'] img", "src") != medium
    pick(page, "brush", "Medium")
    expect(page.locator("[data-pass='1'] img")).to_have_attribute("src", medium or "")


@DESKTOP
def test_the_film_shows_the_photo_and_the_passes_so_far(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    expect(page.locator(".film-frame:visible")).to_have_count(1)
    paint(page)
    expect(page.locator(".film-frame:visible")).to_have_count(2)
    photo, first = (shown_picture(page, f"[data-pass='{number}'] img") for number in (0, 1))
    assert (photo.size, first.size) == ((192, 128), (192, 127))
    assert difference(photo.resize(first.size), first) > 1


@DESKTOP
def test_two_clicks_at_once_start_one_painting(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    requests = count_paintings(page)
    page.eval_on_selector("#paint", "(button) => (button.click(), button.click())")
    expect_pass(page, 1)
    assert len(requests) == 1


@DESKTOP
def test_another_size_repaints_the_same_pass(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    requests = count_paintings(page)
    page.click("#paint")
    expect_pass(page, 1)
    page.click("#paint")
    expect_pass(page, 2)
    pick(page, "size", "1024")
    expect(page.locator("#status")).to_have_text("Pass 2 of 5 · 600 × 400 pixels")
    assert natural_size(page, "#painting") == [600, 400]
    assert len(requests) == 3

    pick(page, "size", "512")  # has been painted before
    expect(page.locator("#status")).to_have_text("Pass 2 of 5 · 512 × 341 pixels")
    assert len(requests) == 3


@PHONE
def test_another_brush_repaints_the_same_pass(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    medium, address = shown_picture(page), page.get_attribute("#painting", "src") or ""
    requests = count_paintings(page)
    pick(page, "brush", "Broad")
    expect(page.locator("#painting")).not_to_have_attribute("src", address)
    expect_pass(page, 1)
    assert difference(shown_picture(page), medium) > 0.2
    assert len(requests) == 1


@DESKTOP
def test_the_brushes_are_seen_side_by_side_and_chosen_by_picture(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    requests = count_paintings(page)
    page.get_by_role("button", name="Compare the brushes").click()
    expect(page.locator("#brushes [aria-pressed=true]")).to_have_text("Medium")
    pictures = [shown_picture(page, f"[data-brush={brush}] img") for brush in ("broad", "medium", "fine")]
    assert difference(pictures[0], pictures[1]) > 0.2
    assert len(requests) == 2
    page.click("[data-brush=broad]")
    expect_picked(page, "brush", "broad")
    expect_pass(page, 1)
    expect(page.locator("#brushes")).to_be_hidden()
    assert difference(shown_picture(page), pictures[0]) == 0
    assert len(requests) == 2


@DESKTOP
def test_options_before_the_first_painting_are_painted_with_it(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    requests = count_paintings(page)
    pick(page, "size", "Full")
    pick(page, "brush", "Fine")
    expect_picked(page, "brush", "fine")
    page.click("#paint")
    expect(page.locator("#status")).to_have_text("Pass 1 of 5 · 600 × 400 pixels")
    assert len(requests) == 1


@PHONE
def test_the_strength_is_seen_at_once(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    requests = count_paintings(page)
    for strength in (35, 0, 100):
        page.locator("#strength").fill(str(strength))
        expect(page.locator("#painted")).to_have_css("opacity", f"{strength / 100:g}")
        expect(page.locator("#strength-value")).to_have_text(f"{strength} %")
    page.locator("#strength").press("ArrowLeft")
    expect(page.locator("#painted")).to_have_css("opacity", "0.99")
    page.click("#paint")
    expect_pass(page, 2)
    assert len(requests) == 1


@CANCELS
def test_a_photo_on_its_way_can_be_cancelled(page: Page, holiday: Path, cancel: Callable[[Page], None]) -> None:
    open_photo(page, holiday)
    with held(page):
        ask_for_painting(page, lambda: page.click("#paint"))
        expect_state(page, "uploading")
        expect(page.locator("#working")).to_have_text("Uploading…")
        with page.expect_event("requestfailed", is_painting):
            cancel(page)
        expect_cancelled(page)
    paint(page)


def expect_cancelled(page: Page, state: str = "ready") -> None:
    expect_state(page, state)
    expect(page.locator("#status")).to_have_text("Cancelled")
    expect(page.locator("#paint")).to_be_focused()
    expect(page.locator("#paint")).to_have_attribute("aria-disabled", "false")
    expect(page.locator("#cancel")).to_be_hidden()
    expect(page.get_by_role("alert")).to_be_hidden()


@PHONE
def test_whoever_waits_is_told_the_place_in_line_and_can_leave_it(page: Page, server: str, holiday: Path) -> None:
    open_photo(page, holiday)
    with painted(server, long_painting()):
        page.click("#paint")
        expect_state(page, "waiting")
        expect(page.locator("#working")).to_have_text("You are next in the queue")
        assert page.get_attribute("#progress", "value") is None
        page.click("#cancel")
        expect_cancelled(page)
    paint(page)


@DESKTOP
def test_whoever_waits_is_painted_when_the_painter_is_free(page: Page, server: str, holiday: Path) -> None:
    open_photo(page, holiday)
    with painted(server, long_painting()):
        page.click("#paint")
        expect_state(page, "waiting")
    expect_pass(page, 1)


@CANCELS
def test_a_painting_can_be_cancelled_and_the_server_is_free_again(
    page: Page, vast: Path, cancel: Callable[[Page], None]
) -> None:
    open_photo(page, vast)
    pick(page, "size", "Full")
    page.click("#paint")
    expect_state(page, "painting")
    expect(page.locator("#working")).to_have_text("Painting pass 1 of 5…")
    expect(page.locator("#progress")).to_have_attribute("value", re.compile(r"\d"))
    cancel(page)
    expect_cancelled(page)
    pick(page, "size", "512")
    paint(page)
    expect_pass(page, 1)


@DESKTOP
def test_a_cancelled_repaint_leaves_the_painting_and_its_options(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    for name, label, before in (("size", "Full", "512"), ("brush", "Broad", "medium")):
        with held(page):
            ask_for_painting(page, lambda name=name, label=label: pick(page, name, label))
            expect_state(page, "uploading")
            page.click("#cancel")
            expect_cancelled(page, "painted")
        expect_picked(page, name, before)
    expect(page.locator("#painting")).to_be_visible()
    page.click("#paint")
    expect(page.locator("#status")).to_have_text("Pass 2 of 5 · 512 × 341 pixels")


@DESKTOP
def test_the_last_of_several_changes_is_painted(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    with held(page):
        ask_for_painting(page, lambda: pick(page, "brush", "Broad"))
        ask_for_painting(page, lambda: pick(page, "size", "Full"))
    expect(page.locator("#status")).to_have_text("Pass 1 of 5 · 600 × 400 pixels")
    expect_picked(page, "brush", "broad")
    expect_picked(page, "size", "full")


def test_a_lost_connection_is_told_and_the_painting_can_be_tried_again(
    page: Page, holiday: Path, troubles: list[str]
) -> None:
    open_photo(page, holiday)
    page.route("**/api/paint", lambda route: route.abort())
    page.click("#paint")
    expect_error(page, "The connection to the server was lost. Try again.")
    expect_state(page, "ready")
    assert ["ERR_FAILED" in trouble for trouble in troubles] == [True, True]  # it was tried again by itself
    troubles.clear()
    page.unroute("**/api/paint")
    expect(page.locator("#another")).to_be_hidden()
    page.click("#retry")
    expect_pass(page, 1)
    expect(page.get_by_role("alert")).to_be_hidden()


@DESKTOP
def test_a_failure_of_the_server_is_told_in_its_own_words(page: Page, holiday: Path, troubles: list[str]) -> None:
    sentence = "Too many are waiting. Come back in a minute."
    open_photo(page, holiday)
    page.route(
        "**/api/paint",
        lambda route: route.fulfill(status=503, content_type="application/json", body=json.dumps({"error": sentence})),
    )
    page.click("#paint")
    expect_error(page, sentence)
    expect_state(page, "ready")
    assert "status of 503" in troubles.pop()
    page.unroute("**/api/paint")
    page.click("#retry")
    expect_pass(page, 1)


@DESKTOP
@pytest.mark.parametrize("status", [408, 429])
def test_a_refusal_for_now_can_be_tried_again(page: Page, holiday: Path, troubles: list[str], status: int) -> None:
    open_photo(page, holiday)
    page.route(
        "**/api/paint",
        lambda route: route.fulfill(status=status, content_type="application/json", body='{"error": "Not now."}'),
    )
    page.click("#paint")
    expect_error(page, "Not now.")
    assert f"status of {status}" in troubles.pop()
    page.unroute("**/api/paint")
    page.click("#retry")
    expect_pass(page, 1)


@DESKTOP
def test_what_is_tried_again_is_what_was_asked_for(page: Page, holiday: Path, troubles: list[str]) -> None:
    open_photo(page, holiday)
    paint(page)
    page.route("**/api/paint", lambda route: route.abort())
    pick(page, "size", "1024")
    expect_error(page, "The connection to the server was lost. Try again.")
    troubles.clear()
    expect_picked(page, "size", "512")  # that of the painting on the stage
    page.unroute("**/api/paint")
    page.click("#retry")
    expect(page.locator("#status")).to_have_text("Pass 1 of 5 · 600 × 400 pixels")
    expect_picked(page, "size", "1024")


@DESKTOP
def test_an_answer_that_ends_before_the_painting_is_a_lost_connection(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    page.route(
        "**/api/paint",
        lambda route: route.fulfill(
            content_type="text/event-stream", body='event: progress\ndata: {"done": 0, "total": 1}\n\n'
        ),
    )
    page.click("#paint")
    expect_error(page, "The connection to the server was lost. Try again.")
    expect_state(page, "ready")
    page.unroute("**/api/paint")
    page.click("#retry")
    expect_pass(page, 1)


@DESKTOP
def test_an_error_can_be_closed(page: Page, holiday: Path, troubles: list[str]) -> None:
    open_photo(page, holiday)
    page.route("**/api/paint", lambda route: route.abort())
    page.click("#paint")
    expect_error(page, "The connection to the server was lost. Try again.")
    assert ["ERR_FAILED" in trouble for trouble in troubles] == [True, True]  # it was tried again by itself
    troubles.clear()
    page.click("#dismiss")
    expect(page.get_by_role("alert")).to_be_hidden()
    expect_state(page, "ready")
