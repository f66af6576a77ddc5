"""What a first visit costs, and what it shows before everything has loaded."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from easel import watch_shifts, weigh

DASH = "**/_dash-component-suites/**"
FIRST_VISIT = 650_000  # bytes over the wire, headers included


def test_a_first_visit_is_light(page: Page) -> None:
    sizes = weigh(page)
    page.goto("/")
    expect(page.locator("#shell")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    dash = sum(size for name, size in sizes.items() if re.search("_dash|/_", name))
    print(f"{sum(sizes.values()) / 1000:.0f} kB in {len(sizes)} requests, {dash / 1000:.0f} kB of them Dash's own")
    assert len(sizes) > 20
    assert sum(sizes.values()) < FIRST_VISIT


def test_the_page_is_there_before_dash_is(page: Page) -> None:
    held: list[Route] = []
    page.route(DASH, lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    expect(page.locator("#shell h1")).to_be_visible()
    expect(page.locator("#shell #choose")).to_be_visible()
    page.evaluate("document.fonts.ready")
    chooser_box = page.locator("#choose").bounding_box()
    page.route(DASH, lambda route: route.continue_())  # first, for one that comes in between would be held for ever
    for route in held:
        route.continue_()
    expect(page.locator("#shell")).to_have_count(0)
    assert page.locator("#choose").bounding_box() == chooser_box


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", ["turn"]), ("reduce", [])])
def test_before_dash_is_there_a_photo_turns_into_its_painting(
    new_page: Callable[..., Page], motion: str, moves: list[str]
) -> None:
    page = new_page(reduced_motion=motion)
    page.add_init_script(
        """window.moved = [];
        for (const kind of ["animationstart", "animationend"]) {
            const note = ({ animationName, target }) => target.matches(".hero") && window.moved.push(animationName);
            document.addEventListener(kind, note);
        }"""
    )
    held: list[Route] = []
    page.route(DASH, lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    for name in ("photo", "painting"):
        page.wait_for_function(
            "(name) => document.querySelector(`#shell .hero img[src*=${name}]`)?.naturalWidth", arg=name
        )
    page.wait_for_function("(number) => window.moved.length === number", arg=2 * len(moves))
    expect_turned(page, "#shell", 50)
    page.wait_for_function("() => document.querySelector('#theme').title")  # our scripts have run
    page.locator("#shell .hero .compare").fill("20")
    expect_turned(page, "#shell", 20)
    page.route(DASH, lambda route: route.continue_())  # first, for one that comes in between would be held for ever
    for route in held:
        route.continue_()
    expect(page.locator("#shell")).to_have_count(0)
    expect_turned(page, "#easel", 20)
    assert page.evaluate("window.moved") == 2 * moves


def expect_turned(page: Page, within: str, percent: int) -> None:
    expect(page.locator(f"{within} .hero .painted")).to_have_css("clip-path", f"inset(0px 0px 0px {percent}%)")


def test_a_photo_that_is_chosen_before_dash_is_there_is_not_lost(page: Page, holiday: str) -> None:
    held: list[Route] = []
    page.route(DASH, lambda route: held.append(route))
    with page.expect_request_finished(lambda request: request.url.endswith("/texts.js")):
        page.goto("/", wait_until="commit")
    page.evaluate("() => import(document.querySelector('script[type=module]').src)")  # resolves once it has run
    with page.expect_file_chooser() as chooser:
        page.locator("#shell #choose").click()
    chooser.value.set_files(holiday)
    page.route(DASH, lambda route: route.continue_())  # as above
    for route in held:
        route.continue_()
    expect(page.locator("#easel")).to_have_attribute("data-state", "ready")
    expect(page.locator("#photo")).to_be_visible()


def test_nothing_jumps_while_the_page_is_drawn(page: Page) -> None:
    shift = watch_shifts(page)
    page.goto("/")
    expect(page.locator("#shell")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert shift() < 0.02
