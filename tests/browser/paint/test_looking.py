from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page, expect

from easel import (
    DESKTOP,
    PHONE,
    ask_for_painting,
    choose,
    expect_error,
    expect_pass,
    expect_state,
    held,
    natural_size,
    open_page,
    open_photo,
    paint,
    pick,
)
from pictures import landscape


def box(page: Page, selector: str) -> FloatRect:
    rectangle = page.locator(selector).bounding_box()
    assert rectangle is not None
    return rectangle


def place(page: Page, selector: str, x: float, y: float = 0.5) -> tuple[float, float]:
    """Returns where a point of an element is on the screen; (0, 0) is its upper left, (1, 1) its lower right."""
    page.locator(selector).scroll_into_view_if_needed()
    rectangle = box(page, selector)
    return rectangle["x"] + x * rectangle["width"], rectangle["y"] + y * rectangle["height"]


def open_painting(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    expect_cut(page, 0)


def expect_cut(page: Page, percent: int) -> None:
    """This much of the picture, from its left, is photo."""
    expect(page.locator("#painted")).to_have_css("clip-path", f"inset(0px 0px 0px {percent}%)")


def expect_compared(page: Page, percent: float) -> None:
    """This much of the picture, from its left, is photo, within what a pointer can aim at."""
    page.wait_for_function(
        "(percent) => Math.abs(document.querySelector('#compare').value - percent) <= 1", arg=percent
    )
    assert cut(page) == pytest.approx(percent, abs=1)


def cut(page: Page) -> float:
    return float(page.eval_on_selector("#viewport", "(view) => getComputedStyle(view).getPropertyValue('--cut')")[:-1])


@DESKTOP
def test_a_mouse_drags_the_photo_over_the_painting(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.mouse.move(*place(page, "#viewport", 0.2))
    page.mouse.down()
    expect_compared(page, 20)
    page.mouse.move(*place(page, "#viewport", 0.7), steps=4)
    page.mouse.up()
    expect_compared(page, 70)
    expect(page.locator("#compare")).to_have_attribute("aria-valuetext", f"{cut(page):g} % photo")
    seam = box(page, ".viewport .seam")
    assert seam["x"] == pytest.approx(place(page, "#viewport", cut(page) / 100)[0], abs=1)


@PHONE
def test_a_finger_draws_the_photo_over_the_painting(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    for part in (0.75, 0.1):
        page.touchscreen.tap(*place(page, "#viewport", part))
        expect_compared(page, 100 * part)


@DESKTOP
def test_keys_draw_the_photo_over_the_painting(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.focus("#compare")
    for key, percent in (("ArrowRight", 1), ("ArrowRight", 2), ("End", 100), ("ArrowLeft", 99), ("Home", 0)):
        page.keyboard.press(key)
        expect_cut(page, percent)
        expect(page.locator("#compare")).to_have_attribute("aria-valuetext", f"{percent} % photo")


@PHONE
def test_the_next_pass_stays_behind_the_slider_and_a_new_photo_begins_uncovered(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.locator("#compare").fill("40")
    expect_cut(page, 40)
    page.click("#paint")
    expect_pass(page, 2)
    expect_cut(page, 40)
    choose(page, holiday, "#new")
    expect_state(page, "ready")
    paint(page)
    expect_cut(page, 0)
    expect(page.locator("#compare")).to_have_value("0")


@DESKTOP
def test_the_photo_is_seen_while_the_button_is_held(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.hover("#hold")
    page.mouse.down()
    expect(page.locator("#painting")).to_be_hidden()
    page.mouse.up()
    expect(page.locator("#painting")).to_be_visible()


@DESKTOP
def test_the_photo_is_seen_while_a_key_is_held(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.focus("#hold")
    for key in ("Space", "Enter"):
        page.keyboard.down(key)
        expect(page.locator("#painting")).to_be_hidden()
        page.keyboard.up(key)
        expect(page.locator("#painting")).to_be_visible()


@PHONE
def test_the_photo_is_seen_while_a_finger_is_on_the_button(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    x, y = place(page, "#hold", 0.5)
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    expect(page.locator("#painting")).to_be_hidden()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#painting")).to_be_visible()


def expect_whole_pixels(page: Page) -> None:
    """One pixel of the painting is one pixel of the screen."""
    page.wait_for_function(
        """() => {
            const painting = document.querySelector("#painting");
            return painting.getBoundingClientRect().width * devicePixelRatio === painting.naturalWidth;
        }"""
    )


def test_a_button_shows_each_pixel_and_all_of_the_painting_again(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    fitting = box(page, "#painting")
    expect(page.locator("#zoom")).to_have_attribute("aria-pressed", "false")
    page.click("#zoom")
    expect(page.locator("#zoom")).to_have_attribute("aria-pressed", "true")
    expect_whole_pixels(page)
    page.click("#zoom")
    expect(page.locator("#zoom")).to_have_attribute("aria-pressed", "false")
    assert box(page, "#painting") == fitting


@DESKTOP
def test_a_double_click_shows_each_pixel(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.mouse.dblclick(*place(page, "#viewport", 0.5))
    expect_whole_pixels(page)
    page.mouse.dblclick(*place(page, "#viewport", 0.5))
    expect(page.locator("#zoom")).to_have_attribute("aria-pressed", "false")


@PHONE
def test_each_pixel_is_shown_of_a_painting_in_another_size_too(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    page.click("#zoom")
    expect_whole_pixels(page)
    pick(page, "size", "Full")
    expect(page.locator("#status")).to_contain_text("600 × 400")
    assert natural_size(page, "#painting") == [600, 400]
    expect_whole_pixels(page)


def open_magnified(page: Page, broad: Path) -> None:
    """A painting that is larger than the screen, at 100 %."""
    open_photo(page, broad)
    pick(page, "size", "1024")
    paint(page)
    expect_cut(page, 0)
    page.click("#zoom")
    expect_whole_pixels(page)


def scrolled(page: Page) -> list[float]:
    position: list[float] = page.eval_on_selector("#scroller", "(view) => [view.scrollLeft, view.scrollTop]")
    return position


@DESKTOP
def test_a_mouse_moves_the_magnified_painting(page: Page, broad: Path) -> None:
    open_magnified(page, broad)
    left, top = scrolled(page)
    x, y = place(page, "#viewport", 0.6, 0.4)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 50, y - 20, steps=3)
    page.wait_for_function(
        """(place) => {
            const { scrollLeft, scrollTop } = document.querySelector("#scroller");
            return scrollLeft === place[0] && scrollTop === place[1];
        }""",
        arg=[left + 50, top + 20],
    )
    page.mouse.up()
    page.mouse.move(x, y)
    assert scrolled(page) == [left + 50, top + 20]


@PHONE
def test_a_finger_moves_the_magnified_painting(page: Page, broad: Path) -> None:
    open_magnified(page, broad)
    left, _ = scrolled(page)
    x, y = place(page, "#viewport", 0.6, 0.3)
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 10 * step, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("(left) => document.querySelector('#scroller').scrollLeft > left + 20", arg=left)


@DESKTOP
def test_keys_move_the_magnified_painting(page: Page, broad: Path) -> None:
    open_magnified(page, broad)
    left, _ = scrolled(page)
    page.focus("#scroller")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(left) => document.querySelector('#scroller').scrollLeft > left", arg=left)


def test_the_slider_cuts_the_magnified_painting_where_it_stands(page: Page, broad: Path) -> None:
    open_magnified(page, broad)
    page.locator("#compare").fill("50")
    expect_cut_at_seam(page)
    fixed = box(page, ".viewport .seam")
    page.eval_on_selector("#scroller", "(view) => view.scrollTo(0, 0)")
    expect_cut_at_seam(page)
    assert box(page, ".viewport .seam") == fixed
    assert cut(page) < 50


def expect_cut_at_seam(page: Page) -> None:
    page.wait_for_function(
        """() => {
            const [picture, seam] = ["#picture", ".viewport .seam"].map((selector) =>
                document.querySelector(selector).getBoundingClientRect());
            const cut = getComputedStyle(document.querySelector("#painting")).getPropertyValue("--cut");
            const edge = picture.left + (picture.width * parseFloat(cut)) / 100;
            return Math.abs(edge - seam.left) < 1;
        }"""
    )


def test_nothing_jumps_while_a_photo_is_painted(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    places = {selector: box(page, selector) for selector in ("#viewport", "#film", "#paint", "#size")}
    with held(page):
        ask_for_painting(page, lambda: page.click("#paint"))
        expect_state(page, "uploading")
        expect_still(page, places)
    expect_pass(page, 1)
    expect_still(page, places)


def expect_still(page: Page, places: dict[str, FloatRect]) -> None:
    for selector, rectangle in places.items():
        assert box(page, selector) == pytest.approx(rectangle, abs=0.5), selector


def test_the_handle_is_whole_even_at_the_edges(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    viewport = box(page, "#viewport")
    for percent in (0, 100):
        page.locator("#compare").fill(str(percent))
        expect_compared(page, percent)
        left, width = page.eval_on_selector(
            ".viewport .seam",
            """(seam) => {
                const { left, width } = getComputedStyle(seam, "::after");
                return [seam.getBoundingClientRect().left + parseFloat(left), parseFloat(width)];
            }""",
        )
        assert viewport["x"] - 2 < left < left + width < viewport["x"] + viewport["width"] + 2


@DESKTOP
def test_a_panorama_leaves_no_hole(page: Page, tmp_path: Path) -> None:
    panorama = tmp_path / "panorama.jpg"
    landscape(1500, 200).save(panorama)
    open_photo(page, panorama)
    stage, film = box(page, "#stage"), box(page, "#film")
    assert film["y"] - (stage["y"] + stage["height"]) < 32


@DESKTOP
def test_a_photo_has_no_bars_beside_it(page: Page, tmp_path: Path) -> None:
    upright = tmp_path / "upright.jpg"
    landscape(400, 640).save(upright)
    open_photo(page, upright)
    wall = page.eval_on_selector(".wall", "(wall) => getComputedStyle(wall).backgroundColor")
    assert wall == "rgba(0, 0, 0, 0)"
    expect(page.locator("[data-pass='0'] img")).to_have_css("object-fit", "contain")  # from head to foot


@DESKTOP
def test_the_photo_is_seen_at_twice_the_size_of_letters(page: Page, holiday: Path) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # of 1280 × 800 pixels at 200 %
    open_photo(page, holiday)
    photo = box(page, "#photo")
    assert max(0, photo["y"]) < photo["y"] + photo["height"] / 2 < 400


def test_nothing_scrolls_sideways(page: Page, holiday: Path, troubles: list[str]) -> None:
    open_page(page)
    expect_no_scrolling_sideways(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"})
    expect_error(page, "We couldn't read this picture.")
    assert "status of 415" in troubles.pop()
    expect_no_scrolling_sideways(page)
    choose(page, holiday, "#another")
    expect_state(page, "ready")
    expect_no_scrolling_sideways(page)
    with held(page):
        ask_for_painting(page, lambda: page.click("#paint"))
        expect_state(page, "uploading")
        expect_no_scrolling_sideways(page)
    expect_pass(page, 1)
    expect_no_scrolling_sideways(page)
    page.click("#zoom")
    expect_no_scrolling_sideways(page)


def expect_no_scrolling_sideways(page: Page) -> None:
    for width in (360, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(
            "(width) => innerWidth === width && document.documentElement.scrollWidth <= width", arg=width
        )
