"""Cropping, straightening and turning a photo before it is painted."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from easel import (
    DESKTOP,
    PHONE,
    choose,
    difference,
    downloaded,
    expect_error,
    expect_state,
    natural_size,
    open_page,
    open_photo,
    paint,
    shown_picture,
)
from pictures import landscape

SAME = 6  # the mean difference of two pictures, one of them saved as a JPEG once more


def open_cropper(page: Page) -> None:
    page.click("#crop")
    expect(page.locator("#cropper cropper-selection")).to_be_visible()


def shape(page: Page, label: str) -> None:
    page.locator("#crop-shape").get_by_text(label, exact=True).click()


def straighten(page: Page, degrees: float) -> None:
    page.locator("#crop-angle").fill(str(degrees))
    expect(page.locator("#crop-angle-value")).to_have_text(f"{degrees}°")


def use(page: Page) -> Image.Image:
    """Takes what is in the frame, and returns the photo that is then on the stage."""
    before = page.get_attribute("#photo", "src")
    page.click("#crop-use")
    return taken(page, before)


def taken(page: Page, before: str | None) -> Image.Image:
    expect(page.locator("#photo")).not_to_have_attribute("src", before or "")
    expect_state(page, "ready")
    return shown_picture(page, "#photo")


def expect_size(page: Page, width: int, height: int) -> None:
    expect(page.locator("#crop-size")).to_have_text(f"{width} × {height} pixels")


def test_a_square_is_cropped_painted_and_kept(page: Page, holiday: Path, photo: Image.Image, tmp_path: Path) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    expect_size(page, 600, 400)
    shape(page, "Square")
    expect_size(page, 400, 400)
    assert difference(use(page), photo.crop((100, 0, 500, 400))) < SAME
    expect(page.locator("#cropper")).to_be_hidden()
    expect(page.locator("#paint")).to_be_focused()
    box = page.locator("#viewport").bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 1
    paint(page)
    assert downloaded(page, tmp_path).size == (400, 400)
    page.reload()
    expect_state(page, "painted")
    assert natural_size(page, "#photo") == [400, 400]


@DESKTOP
@pytest.mark.parametrize(
    ("label", "size"), [("Original", (600, 400)), ("4:3", (533, 400)), ("16:9", (600, 338)), ("Free", (600, 400))]
)
def test_each_shape_is_as_large_as_the_photo_allows(
    page: Page, holiday: Path, label: str, size: tuple[int, int]
) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    shape(page, "Square")  # which does not make the next one smaller
    shape(page, label)
    expect_size(page, *size)


@pytest.mark.parametrize(
    ("button", "turn"), [("#crop-right", Image.Transpose.ROTATE_270), ("#crop-left", Image.Transpose.ROTATE_90)]
)
def test_a_photo_is_rotated(page: Page, holiday: Path, photo: Image.Image, button: str, turn: Image.Transpose) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    page.click(button)
    expect_size(page, 400, 600)
    picture = use(page)
    assert picture.size == (400, 600)
    assert difference(picture, photo.transpose(turn)) < SAME
    assert difference(picture, photo.transpose(turn).rotate(180)) > 3 * SAME


@DESKTOP
def test_the_frame_turns_with_the_photo(page: Page, holiday: Path, photo: Image.Image) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    for _ in range(20):
        page.keyboard.press("Shift+ArrowLeft")
    expect_size(page, 480, 400)
    page.click("#crop-left")
    expect_size(page, 400, 480)
    expected = photo.crop((0, 0, 480, 400)).transpose(Image.Transpose.ROTATE_90)
    assert difference(use(page), expected) < SAME


@pytest.mark.parametrize("degrees", [12, -3.5])
def test_a_photo_is_straightened(page: Page, holiday: Path, photo: Image.Image, degrees: float) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    straighten(page, degrees)
    picture = use(page)
    width, height = picture.size
    assert width < 600
    assert abs(width / height - 1.5) < 0.01
    box = ((600 - width) // 2, (400 - height) // 2, (600 + width) // 2, (400 + height) // 2)
    turned, other_way, straight = (
        photo.rotate(angle, Image.Resampling.BICUBIC).crop(box).resize(picture.size) for angle in (-degrees, degrees, 0)
    )
    assert difference(picture, turned) < 2 * SAME
    assert difference(picture, turned) < 0.7 * min(difference(picture, straight), difference(picture, other_way))


@DESKTOP
@pytest.mark.parametrize("degrees", [45, -45, 7.5])
def test_a_straightened_photo_has_no_empty_corners(page: Page, tmp_path: Path, degrees: float) -> None:
    """The frame is dragged and pushed with the keys, too, as far as it goes."""
    Image.new("RGB", (600, 400), (150, 20, 90)).save(tmp_path / "plain.png")
    open_photo(page, tmp_path / "plain.png")
    open_cropper(page)
    straighten(page, degrees)
    frame = page.locator("cropper-selection")
    frame.focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "ArrowRight", "Shift+ArrowRight"):
        for _ in range(15):
            page.keyboard.press(key)
    drag(page, "se-resize", 300, 40)
    drag(page, "move", -30, 200)
    picture = use(page)
    assert picture.width > 50
    assert picture.height > 50
    assert max(high - low for low, high in picture.getextrema()) < 12  # type: ignore[operator, misc]


def drag(page: Page, action: str, x: float, y: float) -> None:
    """Drags the middle of a handle."""
    box = page.locator(f"cropper-handle[action={action}]").bounding_box()
    assert box is not None
    left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + x, top + y, steps=10)
    page.mouse.up()


def test_the_frame_is_dragged_but_not_beyond_the_photo(page: Page, holiday: Path, photo: Image.Image) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    shown = page.locator("#crop-area img").bounding_box()
    assert shown is not None
    drag(page, "se-resize", -shown["width"] / 2, -shown["height"] / 2)
    expect_size(page, 300, 200)
    drag(page, "move", 1000, 1000)
    expect_size(page, 300, 200)
    assert difference(use(page), photo.crop((300, 200, 600, 400))) < SAME


@DESKTOP
def test_a_dragged_edge_keeps_the_shape(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    shape(page, "Square")
    drag(page, "e-resize", -90, 0)
    smaller = page.locator("#crop-size").inner_text()
    assert int(smaller.split()[0]) < 390
    drag(page, "e-resize", 300, 0)  # the upper and the lower edge stop it
    width, height = use(page).size
    assert page.locator("#crop-size").inner_text() != smaller
    assert abs(width - height) <= 1
    open_cropper(page)
    drag(page, "n-resize", 0, 450)  # as far as the opposite edge
    assert page.locator("#crop-size").inner_text() != f"{width} × {height} pixels"
    assert use(page).height > 20


def test_what_is_cancelled_or_the_same_changes_nothing(new_page: Callable[..., Page], holiday: Path) -> None:
    page = new_page()  # with a history of its own
    open_photo(page, holiday)
    paint(page)
    address = page.get_attribute("#photo", "src")
    for leave in ("click", "Escape"):
        open_cropper(page)
        shape(page, "Square")
        page.click("#crop-right")
        if leave == "click":
            page.click("#crop-cancel")
        else:
            page.keyboard.press("Escape")
        expect(page.locator("#cropper")).to_be_hidden()
        expect(page.locator("#crop")).to_be_focused()
    open_cropper(page)
    expect_size(page, 600, 400)  # nothing is left of the last time
    expect(page.locator("#crop-shape input:checked")).to_have_value("free")
    page.click("#crop-right")
    page.click("#crop-left")
    page.click("#crop-use")
    expect(page.locator("#cropper")).to_be_hidden()
    expect_state(page, "painted")
    assert page.get_attribute("#photo", "src") == address
    assert page.locator("#history-list li").count() == 1


@DESKTOP
def test_the_keyboard_is_enough(page: Page, holiday: Path, photo: Image.Image) -> None:
    open_photo(page, holiday)
    address = page.get_attribute("#photo", "src")
    page.locator("#new").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = page.get_by_role("application", name="Frame")
    expect(frame).to_be_focused()
    expect(frame).to_have_css("outline-width", "4px")
    for key, times in (("Shift+ArrowLeft", 30), ("Shift+ArrowUp", 10), ("ArrowRight", 20), ("ArrowDown", 99)):
        for _ in range(times):
            page.keyboard.press(key)
    expect_size(page, 420, 340)
    reached = []
    while "crop-use" not in reached:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        assert len(reached) < 12
    assert {"crop-angle", "crop-left", "crop-right", "crop-cancel"} <= set(reached)
    page.keyboard.press("Enter")
    assert difference(taken(page, address), photo.crop((120, 60, 540, 400))) < SAME


@DESKTOP
def test_the_keyboard_keeps_the_shape_and_straightens(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    open_cropper(page)
    shape(page, "Square")
    page.locator("cropper-selection").focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowUp")
    expect_size(page, 340, 340)
    page.locator("#crop-angle").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#crop-angle-value")).to_have_text("0.5°")
    expect(page.locator("#crop-angle")).to_have_attribute("aria-valuetext", "0.5°")


def test_paintings_of_the_whole_photo_are_dropped_and_stay_in_the_history(
    new_page: Callable[..., Page], holiday: Path
) -> None:
    page = new_page()  # with a history of its own
    open_photo(page, holiday)
    paint(page)
    open_cropper(page)
    shape(page, "Square")
    use(page)
    expect(page.locator("#status")).to_have_text("Ready to paint")
    expect(page.locator("[data-pass='1']")).to_be_hidden()
    expect(page.locator("#history-list li")).to_have_count(2)
    page.locator("#history-list li button[data-history]").nth(1).click()
    expect_state(page, "painted")
    assert natural_size(page, "#photo") == [600, 400]


@DESKTOP
def test_while_something_is_being_done_there_is_no_cropping(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    page.route("**/api/paint", lambda _: None)
    page.click("#paint")
    expect_state(page, "uploading")
    expect(page.locator("#crop")).to_have_attribute("aria-disabled", "true")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.locator("#crop").dispatch_event("click")
    expect(page.locator("#cropper")).to_be_hidden()
    assert loaded == []
    page.keyboard.press("Escape")
    open_cropper(page)


@DESKTOP
def test_a_photo_of_a_series_is_painted_as_it_was_cropped(page: Page, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.png", "two.png")]
    for number, file in enumerate(files):
        landscape(300, 200, seed=number).save(file)
    open_page(page)
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    chooser.value.set_files(files)
    expect_state(page, "ready")
    open_cropper(page)
    shape(page, "Square")
    use(page)
    page.click("#paint-all")
    expect(page.locator("#series-title")).to_have_text("2 photos, 2 of them painted")
    with page.expect_download() as download:
        page.click("#zip")
    download.value.save_as(tmp_path / "monet.zip")
    with zipfile.ZipFile(tmp_path / "monet.zip") as archive:
        assert [Image.open(archive.open(name)).size for name in archive.namelist()] == [(200, 200), (300, 200)]


@DESKTOP
def test_a_photo_with_more_pixels_than_a_canvas_is_cropped_smaller(page: Page, vast: Path) -> None:
    open_photo(page, vast)
    open_cropper(page)
    page.click("#crop-right")
    width, height = use(page).size
    assert 0.999 * 2**24 < width * height <= 2**24
    assert abs(height / width - 5600 / 3600) < 0.01


@DESKTOP
def test_it_is_loaded_when_it_is_first_opened(new_page: Callable[..., Page], holiday: Path) -> None:
    page = new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
    open_photo(page, holiday)
    page.wait_for_load_state("networkidle")
    scripts = {"crop.js", "crop-box.js", "cropper.js"}
    assert scripts.isdisjoint(loaded)
    open_cropper(page)
    assert scripts <= set(loaded)


@DESKTOP
def test_without_a_connection_it_says_so_and_tries_again(
    new_page: Callable[..., Page], holiday: Path, troubles: list[str]
) -> None:
    page = new_page()
    open_photo(page, holiday)
    page.route("**/crop.js", lambda route: route.abort())
    page.click("#crop")
    expect_error(page, "The connection to the server was lost.")
    troubles.clear()
    page.unroute("**/crop.js")
    page.click("#retry")
    expect(page.locator("#cropper cropper-selection")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_is_accessible(new_page: Callable[..., Page], holiday: Path, scheme: str) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce")
    open_photo(page, holiday)
    open_cropper(page)
    straighten(page, 10)
    expect(page.get_by_role("dialog", name="Crop the photo")).to_be_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@PHONE
def test_in_chinese_all_of_it_fits_on_a_phone(new_page: Callable[..., Page], holiday: Path) -> None:
    page = new_page(locale="zh-CN")
    open_page(page)
    choose(page, holiday)
    expect_state(page, "ready")
    open_cropper(page)
    expect(page.get_by_role("heading", name="裁剪照片")).to_be_visible()
    expect(page.locator("#crop-size")).to_have_text("600 × 400 像素")
    expect(page.locator("#crop-use")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.querySelector('#cropper').scrollWidth <= innerWidth")
