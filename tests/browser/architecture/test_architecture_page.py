"""The lesson, as a student reads it."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cyclegan.card import load_card
from easel import DESKTOP, PHONE, choose, watch_shifts, weigh
from webapp.pages.architecture.story import load_story
from webapp.settings import Settings
from webapp.texts import LANGUAGES

TEXTS = LANGUAGES["en"].architecture
LAYERS = load_card(Settings().weights)["layers"]
WEIGHT = 3_000_000  # bytes over the wire, Plotly and MathJax among them
STORY_WEIGHT = 2_000_000  # bytes of all its pictures


def open_lesson(page: Page, address: str = "/en/architecture") -> None:
    page.goto(address)
    expect(page.locator("#shell")).to_have_count(0)
    expect(page.locator("#generator")).to_be_visible()


def shown(page: Page, name: str) -> Locator:
    return page.locator(f"[data-slides={name}] > .slide.shown")


def expect_picture(picture: Locator) -> None:
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def look_inside(page: Page, name: str = "hills") -> None:
    page.click(f"[data-inside={name}]")
    expect(page.locator("#inside-result")).to_be_visible()
    expect(page.locator("#inside-status")).to_have_text("Move the slider to follow it through the layers.")


@DESKTOP
def test_the_contents_lead_to_each_section(new_page: Callable[..., Page]) -> None:
    page = new_page(reduced_motion="reduce")  # at once, not by scrolling there
    open_lesson(page)
    for link in page.locator(".contents a").all():
        link.click()
        assert urlparse(page.url).path == "/en/architecture"
        expect(page.locator(f"#{urlparse(page.url).fragment} h2")).to_be_in_viewport()


@PHONE
def test_the_passes_are_leafed_through(page: Page) -> None:
    open_lesson(page)
    figures = load_story()["passes"]["figures"]
    expect(shown(page, "passes")).to_contain_text("1 pass ")
    slider = page.locator("#passes-scrubber")
    for row in reversed(figures):
        slider.fill(str(row["passes"]))
        expect(shown(page, "passes")).to_have_count(1)
        expect(shown(page, "passes")).to_contain_text(
            f"{TEXTS.passes.numbers[row['passes']]} · KID × 1000: {row['kid']:.1f} · content {row['content']:.2f}"
        )
        expect_picture(shown(page, "passes").locator("img"))


@DESKTOP
def test_the_training_is_leafed_through_by_keyboard(page: Page) -> None:
    open_lesson(page)
    steps = load_story()["learning"]["steps"]
    expect(shown(page, "learning")).to_contain_text(f"Step {steps[-1]['step']:,} · KID × 1000: {steps[-1]['kid']:.1f}")
    page.focus("#learning-scrubber")
    page.keyboard.press("ArrowLeft")
    expect(shown(page, "learning")).to_contain_text(f"Step {steps[-2]['step']:,}")
    page.keyboard.press("Home")
    expect(shown(page, "learning")).to_contain_text("The photos")
    for picture in shown(page, "learning").locator("img").all():
        expect_picture(picture)


@PHONE
def test_choosing_a_layer_tells_what_it_is_and_why(page: Page) -> None:
    open_lesson(page)
    bars = page.locator("#layers-diagram label")
    expect(bars).to_have_count(len(LAYERS))
    bars.nth(3).click()
    expect(shown(page, "layers").first).to_contain_text("Layer 4: Repaint")
    explanation = page.locator(".explanations > .slide.shown")
    expect(explanation).to_contain_text(TEXTS.generator.roles["block"].why)
    expect(page.locator("#generator tr.shown:visible th")).to_have_text("Residual block")
    page.keyboard.press("ArrowRight")  # from where the click has put the focus
    expect(explanation).to_contain_text("Layer 5: Repaint")


@DESKTOP
def test_the_table_is_for_the_size_that_is_chosen(page: Page) -> None:
    open_lesson(page)
    totals = []
    for side in (256, 2048):
        page.locator("#sides").get_by_text(f"{side}²", exact=True).click()
        expect(shown(page, "sides").locator("tbody tr").first).to_contain_text(f"32 × {side} × {side}")
        totals.append(float(shown(page, "sides").locator("tfoot td").nth(4).inner_text().replace(",", "")))
    assert totals[1] == pytest.approx(64 * totals[0], rel=0.001)


@PHONE
def test_a_photo_is_followed_through_the_network(page: Page) -> None:
    open_lesson(page)
    expect(page.locator("#inside-result")).to_be_hidden()
    look_inside(page)
    sheet = page.locator(".sheets > .slide.shown")
    expect(sheet).to_contain_text("Layer 1: First look 32 maps of 256 × ")
    slider = page.locator("#inside-layer")
    for at in range(len(LAYERS)):
        slider.fill(str(at))
        expect(sheet).to_contain_text(f"Layer {at + 1}: ")
        expect_picture(sheet.locator("img"))
    expect(sheet).to_contain_text("The change added to the photo; grey means no change")
    expect(page.locator("#layers-diagram input").last).to_be_checked()
    for name in ("photo", "painting"):
        expect_picture(page.locator(f"[data-judged={name}]"))
        expect(page.locator(f"[data-score={name}]")).to_contain_text("mean score ")


@DESKTOP
def test_a_photo_of_ones_own_is_looked_into(page: Page, holiday: Path) -> None:
    open_lesson(page)
    with page.expect_response("**/api/inside") as response:
        choose(page, holiday, "#inside-own")
    assert (response.value.json()["width"], response.value.json()["height"]) == (256, 168)
    expect(page.locator("#inside-result")).to_be_visible()


@DESKTOP
def test_what_is_no_photo_is_refused_in_a_sentence(page: Page, troubles: list[str]) -> None:
    open_lesson(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"}, "#inside-own")
    expect(page.locator("#inside-failure")).to_contain_text("We couldn't read this picture.")
    expect(page.locator("#inside-retry")).to_be_hidden()
    expect(page.locator("#inside-result")).to_be_hidden()
    assert "status of 415" in troubles.pop()
    look_inside(page)
    expect(page.locator("#inside-failure")).to_be_hidden()


@DESKTOP
def test_a_lost_connection_is_tried_again(page: Page, troubles: list[str]) -> None:
    open_lesson(page)
    page.route("**/api/inside", lambda route: route.abort())
    page.click("[data-inside=hills]")
    expect(page.locator("#inside-failure")).to_contain_text("The connection to the server was lost.")
    page.unroute("**/api/inside")
    troubles.clear()
    page.click("#inside-retry")
    expect(page.locator("#inside-result")).to_be_visible()
    expect(page.locator("#inside-failure")).to_be_hidden()


@DESKTOP
def test_the_last_photo_chosen_is_the_one_shown(page: Page) -> None:
    open_lesson(page)
    held: list[Route] = []
    page.route("**/api/inside", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/api/inside"):
        page.click("[data-inside=hills]")
    expect(page.locator("#inside-status")).to_have_text("Looking inside…")
    assert len(held) == 1
    look_inside(page, "stream")
    picture = page.locator("[data-judged=photo]")
    before = picture.get_attribute("src")
    for route in held:
        if route.request.failure is None:
            route.continue_()
            response = route.request.response()
            assert response is not None
            response.finished()
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    assert picture.get_attribute("src") == before


@DESKTOP
def test_what_was_looked_into_stays_in_the_other_language(page: Page) -> None:
    open_lesson(page)
    look_inside(page)
    page.locator("#inside-layer").fill("4")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("#generator h2")).to_have_text(LANGUAGES["zh"].architecture.generator.heading)
    expect(page.locator("#inside-result")).to_be_visible()
    for group, control in (("layers", "#inside-layer"), ("passes", "#passes-scrubber")):
        at = int(page.locator(control).input_value())
        expect(page.locator(f"[data-slides={group}]").first.locator("> .slide").nth(at)).to_have_class("slide shown")
    expect(page.locator(".sheets > .slide.shown")).to_contain_text("特征图")


@DESKTOP
def test_the_charts_are_drawn_in_the_colours_of_the_theme_and_tell_their_values(new_page: Callable[..., Page]) -> None:
    page = new_page(color_scheme="light")
    open_lesson(page)
    expect(page.locator(".chart:has(.main-svg)")).to_have_count(8)
    title = page.locator("#kid-chart .xtitle")
    expect(title).to_have_css("fill", "rgb(77, 89, 87)")
    page.emulate_media(color_scheme="dark")
    expect(title).to_have_css("fill", "rgb(180, 196, 190)")
    chart = page.locator("#kid-chart")
    chart.scroll_into_view_if_needed()
    chart.hover()
    expect(chart.locator(".hoverlayer")).to_contain_text("KID × 1000")


@DESKTOP
def test_the_code_is_shown(page: Page) -> None:
    open_lesson(page)
    page.locator("summary", has_text="The cycle loss").click()
    expect(page.locator(".excerpts details[open] pre")).to_contain_text("def cycle_loss(restored: Tensor")


@DESKTOP
def test_the_formulas_are_typeset_and_nothing_scrolls_sideways(page: Page) -> None:
    open_lesson(page, "/architecture")
    expect(page.locator('mjx-container[display="true"] svg')).to_have_count(6)
    look_inside(page)
    for width in (1280, 768, 390, 360):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("(width) => document.documentElement.scrollWidth <= width", arg=width)


@DESKTOP
def test_on_paper_everything_is_shown_and_no_control(page: Page) -> None:
    open_lesson(page)
    page.emulate_media(media="print")
    for group in ("passes", "learning"):
        for slide in page.locator(f"[data-slides={group}] > .slide").all():
            expect(slide).to_be_visible()
    for control in ("#passes-scrubber", "#learning-scrubber", "#sides", "nav.navbar", "#inside-own"):
        expect(page.locator(control)).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("img[data-src]:not([src])")).to_have_count(0)
    page.emulate_media(media="screen")


@DESKTOP
def test_the_page_is_light_and_its_pictures_come_when_they_are_seen(new_page: Callable[..., Page]) -> None:
    page = new_page()
    sizes = weigh(page)
    open_lesson(page)
    page.wait_for_load_state("networkidle")
    print(f"{sum(sizes.values()) / 1000:.0f} kB in {len(sizes)} requests")
    assert len(sizes) > 20
    assert sum(sizes.values()) < WEIGHT
    assert page.locator("img[data-src]:not([src])").count() > 30


@PHONE
def test_nothing_jumps_while_the_page_is_drawn(page: Page) -> None:
    shift = watch_shifts(page)
    open_lesson(page)
    expect(page.locator('mjx-container[display="true"] svg')).to_have_count(6)
    page.wait_for_load_state("networkidle")
    assert shift() < 0.1  # what is counted as good


@DESKTOP
def test_the_way_back_leads_to_the_paint_page(page: Page) -> None:
    open_lesson(page, "/architecture")
    page.get_by_role("link", name="Paint", exact=True).click()
    expect(page.locator("#choose")).to_be_visible()
    page.get_by_role("link", name="Architecture").click()
    expect(page.locator("#generator")).to_be_visible()
    expect(page).to_have_title("Architecture – Make-A-Monet")
