from collections.abc import Callable
from pathlib import Path

import pytest
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
    shown_picture,
)
from webapp.texts import LANGUAGES
from webapp.texts.en import ENGLISH
from webapp.texts.schema import Texts
from webapp.texts.zh import CHINESE


def expect_language(page: Page, texts: Texts) -> None:
    expect(page.locator("html")).to_have_attribute("lang", texts.tag)
    expect(page.locator("h1")).to_have_text(texts.page.paint_title)
    expect(page.locator("#new")).to_have_text(texts.page.new)


def expect_theme(page: Page, theme: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)


@DESKTOP
@pytest.mark.parametrize(
    ("locale", "texts"), [("zh-CN", CHINESE), ("zh-TW", CHINESE), ("en-GB", ENGLISH), ("fr-FR", ENGLISH)]
)
def test_the_page_speaks_the_language_of_the_browser(new_page: Callable[..., Page], locale: str, texts: Texts) -> None:
    page = new_page(locale=locale)
    open_page(page)
    expect_language(page, texts)
    expect(page.locator("#choose")).to_contain_text(texts.page.choose)
    expect(page).to_have_title("Make-A-Monet")


@DESKTOP
@pytest.mark.parametrize(("code", "texts"), LANGUAGES.items())
def test_each_language_has_addresses_of_its_own(new_page: Callable[..., Page], code: str, texts: Texts) -> None:
    page = new_page(locale="de-DE")
    open_page(page, f"/{code}/")
    expect_language(page, texts)
    expect(page).to_have_title("Make-A-Monet")
    page.get_by_role("link", name=texts.page.architecture_link).click()
    expect(page.locator("h1")).to_have_text(texts.architecture.heading)
    expect(page).to_have_title(f"{texts.architecture.title} – Make-A-Monet")
    page.reload()
    expect(page.locator("h1")).to_have_text(texts.architecture.heading)
    expect(page).to_have_title(f"{texts.architecture.title} – Make-A-Monet")
    assert page.url.endswith(f"/{code}/architecture")


def test_the_whole_way_is_chinese(new_page: Callable[..., Page], holiday: Path, troubles: list[str]) -> None:
    page = new_page(locale="zh-CN")
    open_page(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"})
    expect_error(page, CHINESE.sentences.not_a_picture)
    expect(page.locator("#another")).to_have_text(CHINESE.page.another)
    assert "status of 415" in troubles.pop()
    choose(page, holiday, "#another")
    expect_state(page, "ready")
    expect(page.locator("#status")).to_have_text(CHINESE.script.ready)
    paint(page)
    expect(page.locator("#status")).to_have_text("第 1 遍，共 5 遍 · 512 × 341 像素")
    expect(page.locator("#paint")).to_have_text(CHINESE.script.paint_again)


@PHONE
def test_another_language_leaves_the_painting(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    page.click("#paint")
    expect_pass(page, 2)
    painting = shown_picture(page)
    page.locator("#strength").fill("70")

    page.get_by_role("link", name="中文").click()
    expect_language(page, CHINESE)
    expect(page.locator("#status")).to_have_text("第 2 遍，共 5 遍 · 512 × 341 像素")
    expect(page.locator("#painting")).to_be_visible()
    expect(page.locator("#painted")).to_have_css("opacity", "0.7")
    assert shown_picture(page) == painting
    assert page.url.endswith("/zh/")

    page.get_by_role("link", name="English").click()
    expect_language(page, ENGLISH)
    expect_pass(page, 2)
    expect(page.locator("[data-pass='1'] img")).to_be_visible()
    page.click("#paint")
    expect_pass(page, 3)


@DESKTOP
def test_another_language_leaves_the_slider_where_it_stands(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    page.locator("#compare").fill("40")
    page.get_by_role("link", name="中文").click()
    expect_language(page, CHINESE)
    expect(page.locator("#compare")).to_have_value("40")
    expect(page.locator("#painted")).to_have_css("clip-path", "inset(0px 0px 0px 40%)")


@DESKTOP
def test_what_the_page_says_follows_the_language(page: Page, holiday: Path, troubles: list[str]) -> None:
    open_photo(page, holiday)
    with held(page):
        ask_for_painting(page, lambda: page.click("#paint"))
        page.get_by_role("link", name="中文").click()
        expect(page.locator("#working")).to_have_text(CHINESE.script.uploading)
        page.click("#cancel")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#status")).to_have_text(ENGLISH.script.cancelled)
    page.route("**/api/paint", lambda route: route.abort())
    page.click("#paint")
    expect_error(page, ENGLISH.script.lost)
    troubles.clear()
    page.get_by_role("link", name="中文").click()
    expect_error(page, CHINESE.script.lost)


@DESKTOP
def test_in_another_language_errors_come_in_it(page: Page, troubles: list[str]) -> None:
    open_page(page)
    page.get_by_role("link", name="中文").click()
    expect_language(page, CHINESE)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"})
    expect_error(page, CHINESE.sentences.not_a_picture)
    assert "status of 415" in troubles.pop()


@DESKTOP
@pytest.mark.parametrize(("code", "texts"), LANGUAGES.items())
def test_the_painting_is_there_after_a_look_at_the_architecture(
    page: Page, holiday: Path, code: str, texts: Texts
) -> None:
    open_page(page, f"/{code}/")
    choose(page, holiday)
    expect_state(page, "ready")
    paint(page)
    status = page.locator("#status").text_content() or ""
    assert "512 × 341" in status
    page.locator("#size").get_by_text(texts.page.sizes["1024"], exact=True).click()
    expect(page.locator("#status")).to_contain_text("600 × 400")
    painting = shown_picture(page)
    page.get_by_role("link", name=texts.page.architecture_link).click()
    expect(page.locator("#generator")).to_be_visible()
    page.get_by_role("link", name=texts.page.paint_link, exact=True).click()
    expect_state(page, "painted")
    expect(page.locator("#painting")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("600 × 400")
    expect(page.locator("#size input:checked")).to_have_value("1024")
    assert shown_picture(page) == painting


@DESKTOP
def test_a_painting_that_is_begun_is_done_after_a_look_at_the_architecture(page: Page, broad: Path) -> None:
    open_photo(page, broad)
    # The page is left before the photo is on its way.
    page.evaluate(
        """() => {
            const { toBlob } = HTMLCanvasElement.prototype;
            HTMLCanvasElement.prototype.toBlob = function (...given) {
                window.goOn = () => toBlob.apply(this, given);
            };
        }"""
    )
    page.click("#paint")
    page.wait_for_function("() => window.goOn")
    page.get_by_role("link", name="Architecture").click()
    expect(page.locator("#generator")).to_be_visible()
    with page.expect_request("**/api/paint"):
        page.evaluate("window.goOn()")
    page.get_by_role("link", name="Paint", exact=True).click()
    expect_pass(page, 1)


@DESKTOP
@pytest.mark.parametrize("address", ["/", "/architecture"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system(new_page: Callable[..., Page], address: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(address)
    expect_theme(page, scheme)
    expect(page.locator("#theme")).to_have_accessible_name("Theme: system")
    other = "light" if scheme == "dark" else "dark"
    page.emulate_media(color_scheme=other)
    expect_theme(page, other)


@DESKTOP
def test_a_chosen_theme_is_kept(new_page: Callable[..., Page]) -> None:
    page = new_page(color_scheme="dark")
    open_page(page)
    backgrounds = []
    for name, theme in (("light", "light"), ("dark", "dark"), ("system", "dark"), ("light", "light")):
        page.click("#theme")
        expect_theme(page, theme)
        expect(page.locator("#theme")).to_have_accessible_name(f"Theme: {name}")
        backgrounds.append(page.eval_on_selector("#choose", "(button) => getComputedStyle(button).color"))
    assert backgrounds[0] != backgrounds[1]
    page.reload()
    expect(page.locator("#stage")).to_be_attached()
    expect_theme(page, "light")
    expect(page.locator("#theme")).to_have_accessible_name("Theme: light")
    page.get_by_role("link", name="Architecture").click()
    expect(page.locator("#generator")).to_be_visible()
    expect_theme(page, "light")
