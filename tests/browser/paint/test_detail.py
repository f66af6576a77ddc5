"""The photo's detail, given back in the browser, with a style that takes it away."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from cyclegan.networks import GeneratorConfig
from easel import DESKTOP, difference, downloaded, open_photo, paint, pick, shown_picture
from serving import PATIENT, gunicorn
from styles import export_style
from uploads import MULTIPART, form


@pytest.fixture(scope="module")
def low_pass_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    weights = export_style(tmp_path_factory.mktemp("style"), GeneratorConfig(8, 1, 4))
    with gunicorn(env={**PATIENT, "MONET_WEIGHTS": str(weights)}) as (address, _):
        yield address


@pytest.fixture
def easel(new_context: Callable[..., BrowserContext], low_pass_server: str) -> Iterator[Page]:
    context = new_context(base_url=low_pass_server, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def painted_by_the_api(server: str, photo: bytes, **fields: str) -> Image.Image:
    body, _ = form(photo, **fields)
    connection = HTTPConnection(urlsplit(server).netloc)
    connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART})
    response = connection.getresponse()
    assert response.status == 200
    painting = Image.open(BytesIO(response.read()))
    connection.close()
    return painting


def give(page: Page, name: str, percent: int) -> None:
    page.locator(f"#{name}").fill(str(percent))
    expect(page.locator(f"#{name}-value")).to_have_text(f"{percent} %")


def expect_detail(page: Page, percent: int) -> None:
    expect(page.locator("#detailed")).to_have_css("opacity", f"{percent / 100:g}")


def test_the_detail_is_seen_at_once_and_goes_into_the_file(easel: Page, holiday: Path, tmp_path: Path) -> None:
    open_photo(easel, holiday)
    paint(easel)
    plain = shown_picture(easel)
    expect_detail(easel, 0)
    give(easel, "detail", 100)
    expect_detail(easel, 100)
    full = downloaded(easel, tmp_path)
    assert difference(full, plain) > 1
    give(easel, "detail", 40)
    expect_detail(easel, 40)
    some = np.asarray(downloaded(easel, tmp_path).convert("RGB"), float)
    assert np.abs(some - (0.6 * np.asarray(plain, float) + 0.4 * np.asarray(full.convert("RGB"), float))).max() <= 2


@pytest.mark.parametrize("brush", ["Fine", "Medium", "Broad"])
def test_the_page_gives_back_what_the_api_does(
    easel: Page, low_pass_server: str, holiday: Path, tmp_path: Path, brush: str
) -> None:
    open_photo(easel, holiday)
    pick(easel, "size", "Full")
    pick(easel, "brush", brush)
    paint(easel)
    give(easel, "detail", 100)
    expect_detail(easel, 100)
    fields = {"size": "full", "brush": brush.lower()}
    plain, full = (
        painted_by_the_api(low_pass_server, holiday.read_bytes(), detail=detail, **fields) for detail in ("0", "100")
    )
    # Browser and server resize with other filters, and a smaller brush's detail passes through two of them.
    assert difference(downloaded(easel, tmp_path), full) < difference(plain, full) / 3


def test_the_next_painting_has_as_much_detail(easel: Page, holiday: Path) -> None:
    open_photo(easel, holiday)
    paint(easel)
    give(easel, "detail", 100)
    expect_detail(easel, 100)
    easel.click("#paint")
    expect(easel.locator("#status")).to_contain_text("Pass 2 of 5")
    expect_detail(easel, 100)


@DESKTOP
def test_the_shipped_style_has_detail_to_give_back(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    expect(page.locator("#detail")).to_be_visible()


def test_a_style_that_keeps_the_photo_has_no_detail_to_give_back(
    new_context: Callable[..., BrowserContext], tmp_path_factory: pytest.TempPathFactory, holiday: Path
) -> None:
    weights = export_style(tmp_path_factory.mktemp("style"), GeneratorConfig(8, 1, 1))
    with gunicorn(env={**PATIENT, "MONET_WEIGHTS": str(weights)}) as (address, _):
        context = new_context(base_url=address)
        page = context.new_page()
        open_photo(page, holiday)
        paint(page)
        expect(page.locator("#strength")).to_be_visible()
        expect(page.locator("#detail")).to_have_count(0)
        context.close()
