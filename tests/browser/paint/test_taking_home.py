import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from easel import (
    DESKTOP,
    before,
    count_paintings,
    difference,
    downloaded,
    expect_error,
    expect_pass,
    open_photo,
    paint,
    pick,
    shown_picture,
)
from webapp.texts.en import ENGLISH

GPS = 0x8825  # in EXIF
CLIPBOARD = ["clipboard-read", "clipboard-write"]
SHARE_SHEET = """
    window.shared = [];
    navigator.canShare = ({ files }) => files.every((file) => file.type.startsWith("image/"));
    navigator.share = async ({ files }) => {
        for (const { name, type, size } of files) window.shared.push({ name, type, size });
    };
"""


@pytest.fixture
def placed(photo: Image.Image, tmp_path: Path) -> Path:
    """A photo that says where it was taken."""
    path = tmp_path / "holiday.jpg"
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    photo.save(path, quality=95, exif=exif)
    assert b"Exif" in path.read_bytes()
    return path


def open_painting(page: Page, photo: Path) -> None:
    open_photo(page, photo)
    paint(page)


@pytest.mark.parametrize(
    ("device", "file_format", "suffix"),
    [("phone", "png", "png"), ("desktop", "jpeg", "jpg"), ("phone", "webp", "webp")],
    indirect=["device"],
)
def test_the_file_is_what_is_seen_and_does_not_say_where(
    page: Page, placed: Path, tmp_path: Path, file_format: str, suffix: str
) -> None:
    open_photo(page, placed)
    pick(page, "size", "Full")
    paint(page)
    requests = count_paintings(page)
    page.select_option("#format", file_format)
    for strength in (100, 60):
        page.locator("#strength").fill(str(strength))
        file = downloaded(page, tmp_path, f"holiday-monet.{suffix}")
        assert (file.format, file.size) == (file_format.upper(), (600, 400))
        assert not file.getexif()
        assert b"Exif" not in (tmp_path / f"holiday-monet.{suffix}").read_bytes()
    seen = Image.blend(before(placed, 600), shown_picture(page), 0.6)
    assert difference(file, seen) < (2 if file_format == "png" else 5)
    assert requests == []


@DESKTOP
def test_a_png_is_the_painting_to_the_pixel(page: Page, holiday: Path, tmp_path: Path) -> None:
    open_painting(page, holiday)
    assert difference(downloaded(page, tmp_path), shown_picture(page)) == 0


def test_the_strength_goes_into_the_file(page: Page, holiday: Path, tmp_path: Path) -> None:
    open_painting(page, holiday)
    painting = shown_picture(page)
    page.locator("#strength").fill("0")
    photo = downloaded(page, tmp_path)
    assert difference(photo, before(holiday)) < 3
    page.locator("#strength").fill("50")
    half = downloaded(page, tmp_path)
    mean = (np.asarray(photo, dtype=float)[..., :3] + np.asarray(painting, dtype=float)) / 2
    assert np.abs(np.asarray(half, dtype=float)[..., :3] - mean).max() <= 2
    assert difference(photo, painting) > 1


@DESKTOP
def test_the_photo_can_stand_beside_its_painting(page: Page, holiday: Path, tmp_path: Path) -> None:
    open_painting(page, holiday)
    painting = shown_picture(page)
    page.get_by_label(ENGLISH.page.beside).check()
    both = downloaded(page, tmp_path)
    width, height = painting.size
    assert both.size == (2 * width + 16, height)
    assert difference(both.crop((0, 0, width, height)), before(holiday)) < 3
    assert difference(both.crop((width + 16, 0, 2 * width + 16, height)), painting) < 1
    gap = np.asarray(both.convert("RGB").crop((width + 2, 0, width + 14, height)))
    assert (gap == 255).all()


@DESKTOP
def test_an_earlier_pass_can_be_taken_home(page: Page, holiday: Path, tmp_path: Path) -> None:
    open_painting(page, holiday)
    once = shown_picture(page)
    page.click("#paint")
    expect_pass(page, 2)
    page.click("[data-pass='1']")
    expect_pass(page, 1)
    assert difference(downloaded(page, tmp_path), once) == 0


@DESKTOP
def test_what_the_browser_can_not_make_the_server_makes(page: Page, holiday: Path, tmp_path: Path) -> None:
    # Like Safari, whose canvas returns a PNG when it is asked for WebP.
    page.add_init_script(
        """
        const toBlob = HTMLCanvasElement.prototype.toBlob;
        HTMLCanvasElement.prototype.toBlob = function (take, type, quality) {
            toBlob.call(this, take, type === "image/webp" ? "image/png" : type, quality);
        };
        """
    )
    open_painting(page, holiday)
    page.locator("#strength").fill("50")
    page.select_option("#format", "webp")
    requests = count_paintings(page)
    file = downloaded(page, tmp_path, "holiday-monet.webp")
    assert (file.format, file.size) == ("WEBP", (512, 341))
    assert len(requests) == 1
    assert difference(file, Image.blend(before(holiday), shown_picture(page), 0.5)) < 5
    expect_pass(page, 1)


@DESKTOP
def test_the_painting_is_copied_as_it_is_seen(new_page: Callable[..., Page], holiday: Path) -> None:
    page = new_page(permissions=CLIPBOARD)
    open_painting(page, holiday)
    for strength in (100, 50):
        page.locator("#strength").fill(str(strength))
        page.click("#copy")
        expect(page.locator("#status")).to_have_text("Copied. Paste it wherever you like.")
        expect(page.locator("#announcer")).to_have_text("Copied. Paste it wherever you like.")
        seen = Image.blend(before(holiday), shown_picture(page), strength / 100)
        assert difference(copied(page), seen) < (0.5 if strength == 100 else 2)


def copied(page: Page) -> Image.Image:
    data = page.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            const reader = new FileReader();
            reader.readAsDataURL(await item.getType("image/png"));
            await new Promise((resolve) => reader.addEventListener("load", resolve));
            return reader.result;
        }"""
    )
    return Image.open(BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB")


@DESKTOP
def test_a_browser_that_does_not_allow_copying_says_so(page: Page, holiday: Path) -> None:
    page.add_init_script(
        'navigator.clipboard.write = () => Promise.reject(new DOMException("Not allowed", "NotAllowedError"));'
    )
    open_painting(page, holiday)
    page.click("#copy")
    expect_error(page, "Your browser did not allow copying. Download the painting instead.")
    expect(page.locator("#retry")).to_be_hidden()
    expect_pass(page, 1)
    page.click("#paint")
    expect_pass(page, 2)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_the_painting_is_shared_under_its_name(page: Page, holiday: Path) -> None:
    page.add_init_script(SHARE_SHEET)
    open_painting(page, holiday)
    page.click("#share")
    page.wait_for_function("() => window.shared.length === 1")
    (file,) = page.evaluate("window.shared")
    assert (file["name"], file["type"]) == ("holiday-monet.jpg", "image/jpeg")
    assert file["size"] > 10_000
    expect_pass(page, 1)


@DESKTOP
@pytest.mark.parametrize(("error", "is_told"), [("NotAllowedError", True), ("AbortError", False)])
def test_only_a_failure_to_share_is_told(page: Page, holiday: Path, error: str, is_told: bool) -> None:
    page.add_init_script(SHARE_SHEET)
    page.add_init_script(f'navigator.share = () => Promise.reject(new DOMException("", "{error}"));')
    open_painting(page, holiday)
    page.click("#share")
    if is_told:
        expect_error(page, "Your browser could not share it. Download the painting instead.")
    else:
        expect_pass(page, 1)
        expect(page.get_by_role("alert")).to_be_hidden()


@DESKTOP
def test_where_nothing_can_be_shared_there_is_no_button_for_it(page: Page, holiday: Path) -> None:
    open_painting(page, holiday)
    expect(page.locator("#copy")).to_be_visible()
    expect(page.locator("#share")).to_be_hidden()
