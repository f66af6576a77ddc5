from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from easel import (
    DESKTOP,
    PHONE,
    ask_for_painting,
    choose,
    expect_error,
    expect_pass,
    expect_state,
    held,
    open_page,
    open_photo,
    paint,
)

SCHEMES = pytest.mark.parametrize(("device", "scheme"), [("phone", "light"), ("desktop", "dark")], indirect=["device"])


def expect_accessible(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@SCHEMES
def test_the_paint_page_is_accessible_in_each_state(
    new_page: Callable[..., Page], holiday: Path, troubles: list[str], scheme: str
) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce")
    open_page(page)
    expect_accessible(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"})
    expect_error(page, "We couldn't read this picture.")
    assert "status of 415" in troubles.pop()
    expect_accessible(page)
    choose(page, holiday, "#another")
    expect_state(page, "ready")
    expect_accessible(page)
    with held(page):
        ask_for_painting(page, lambda: page.click("#paint"))
        expect_state(page, "uploading")
        expect_accessible(page)
    expect_pass(page, 1)
    expect_accessible(page)
    page.click("#zoom")
    expect_accessible(page)


@SCHEMES
def test_the_architecture_page_is_accessible(new_page: Callable[..., Page], troubles: list[str], scheme: str) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/architecture")
    expect(page.locator('mjx-container[display="true"] svg')).to_have_count(6)
    expect(page.locator(".chart:has(.main-svg)")).to_have_count(8)
    expect_accessible(page)
    for code in page.locator(".excerpts summary").all():
        code.click()
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"}, "#inside-own")
    expect(page.locator("#inside-failure")).to_be_visible()
    assert "status of 415" in troubles.pop()
    expect_accessible(page)
    page.click("[data-inside=hills]")
    expect(page.locator("#inside-result")).to_be_visible()
    expect_accessible(page)


@SCHEMES
def test_the_page_of_the_api_is_accessible(new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto("/api")
    expect(page.locator("#theme")).to_have_accessible_name("Theme: system")
    expect_accessible(page)


def test_a_page_that_is_not_there_is_accessible_and_has_a_way_home(page: Page, troubles: list[str]) -> None:
    response = page.goto("/nothing")
    assert response is not None
    assert response.status == 404
    assert "status of 404" in troubles.pop()
    expect_accessible(page)
    page.get_by_role("link").click()
    expect(page.locator("#choose")).to_be_visible()


LARGE_ENOUGH = """(least) => [...document.querySelectorAll("a, button, select, summary, input:not([type=range])")]
    .filter((target) => target.checkVisibility({ visibilityProperty: true }))
    .filter((target) => !target.closest("p:not(.sources), .skip, .btn-check")) // a link in a sentence is as high as it
    .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
    .filter(([, { width, height }]) => width && (width < least || height < least))
    .map(([what, { width, height }]) => `${width} × ${height}: ${what}`)"""
LEAST = 24  # pixels: WCAG 2.2, 2.5.8


def test_everything_is_large_enough_to_be_hit(page: Page, holiday: Path, troubles: list[str]) -> None:
    open_page(page)
    assert page.evaluate(LARGE_ENOUGH, LEAST) == []
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"})
    expect_error(page, "We couldn't read this picture.")
    troubles.clear()
    assert page.evaluate(LARGE_ENOUGH, LEAST) == []
    choose(page, holiday, "#another")
    expect_state(page, "ready")
    paint(page)
    assert page.evaluate(LARGE_ENOUGH, LEAST) == []


@DESKTOP
def test_in_forced_colours_what_is_selected_is_seen(new_page: Callable[..., Page], holiday: Path) -> None:
    page = new_page(forced_colors="active")
    open_photo(page, holiday)
    paint(page)
    chosen, other, link, pressed, frame = (
        page.eval_on_selector(selector, "(element, name) => getComputedStyle(element)[name]", style)
        for selector, style in (
            ("#size input:checked + label", "backgroundColor"),
            ("#size input:not(:checked) + label", "backgroundColor"),
            (".navbar .nav-link.active", "backgroundColor"),
            ("[data-pass='1'] img", "borderColor"),
            ("[data-pass='0'] img", "borderColor"),
        )
    )
    assert chosen == link != other
    assert pressed != frame


def tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"The key Tab does not lead to {name}.")


@DESKTOP
def test_the_keyboard_is_enough(page: Page, holiday: Path, tmp_path: Path) -> None:
    # Playwright catches file choosers from the first listener on, and a key is faster than that.
    page.on("filechooser", lambda _: None)
    open_page(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    tab_to(page, "choose")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(holiday)
    expect(page.locator("#paint")).to_be_focused()
    page.keyboard.press("Enter")
    expect_pass(page, 1)
    expect(page.locator("#paint")).to_be_focused()
    page.keyboard.press("Enter")
    expect_pass(page, 2)
    tab_to(page, "strength")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#strength-value")).to_have_text("99 %")
    tab_to(page, "download")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "holiday-monet.png"
    download.value.save_as(tmp_path / "painting.png")
    with Image.open(tmp_path / "painting.png") as painting:
        assert painting.size == (512, 341)


def test_the_keyboard_skips_to_the_content(page: Page) -> None:
    open_page(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#content .hero .compare")).to_be_focused()


@DESKTOP
def test_the_keyboard_chooses_a_size(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    page.locator("#size input:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#status")).to_contain_text("600 × 400")
    expect(page.locator("#size input:checked")).to_be_focused()


def test_what_happens_is_said_aloud(page: Page, holiday: Path) -> None:
    open_page(page)
    said = page.locator("#announcer[role=status]")
    expect(said).to_have_text("")
    choose(page, holiday)
    expect(said).to_have_text("Ready to paint")
    with held(page):
        page.click("#paint")
        expect(said).to_have_text("Uploading…")
        page.click("#cancel")
        expect(said).to_have_text("Cancelled")
    page.click("#paint")
    expect(said).to_have_text("Pass 1 of 5 · 512 × 341 pixels")
    page.click("[data-pass='0']")
    expect(said).to_have_text("Photo · 600 × 400 pixels")


@PHONE
@pytest.mark.parametrize(("motion", "moves"), [("no-preference", {"sweep", "sweep-seam"}), ("reduce", set())])
def test_the_painting_moves_in_unless_motion_is_unwelcome(
    new_page: Callable[..., Page], holiday: Path, motion: str, moves: set[str]
) -> None:
    page = new_page(reduced_motion=motion)
    page.add_init_script(
        """window.moved = [];
        document.addEventListener("animationstart", ({ animationName }) => window.moved.push(animationName));"""
    )
    open_photo(page, holiday)
    paint(page)
    expect(page.locator("#painted")).to_have_css("clip-path", "inset(0px 0px 0px 0%)")
    assert {name for name in page.evaluate("window.moved") if name.startswith("sweep")} == moves
    expect(page.locator("#viewport")).to_have_css("animation-name", "none")
