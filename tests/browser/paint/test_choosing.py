from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from pillow_heif import from_pillow
from playwright.sync_api import Page, Request, expect

from cyclegan.reading.formats import FORMATS
from easel import (
    DESKTOP,
    PHONE,
    before,
    choose,
    count_paintings,
    difference,
    downloaded,
    expect_error,
    expect_pass,
    expect_state,
    held,
    is_painting,
    natural_size,
    open_page,
    open_photo,
    paint,
    pick,
    shown_picture,
    transfer,
)
from pictures import landscape
from uploads import file_of
from webapp.server.assets import ASSETS
from webapp.settings import MAX_UPLOAD_BYTES
from webapp.texts.en import ENGLISH

ORIENTATION = 0x0112  # in EXIF
QUARTER_TURN = 6


def test_a_chosen_photo_is_there_to_be_painted(page: Page, holiday: Path) -> None:
    requests = count_paintings(page)
    open_photo(page, holiday)
    expect(page.locator("#choose")).to_be_hidden()
    expect(page.locator("#photo")).to_be_visible()
    assert natural_size(page, "#photo") == [600, 400]
    expect(page.locator("#status")).to_have_text("Ready to paint")
    expect(page.locator("#paint")).to_be_focused()
    expect(page.locator("#download")).to_be_hidden()
    assert requests == []


@PHONE
def test_a_phone_offers_its_camera(page: Page, holiday: Path) -> None:
    open_page(page)
    for place in (".start", ".actions"):
        with page.expect_file_chooser() as chooser:
            page.locator(f"{place} .camera").tap()
        assert chooser.value.element.get_attribute("capture") == "environment"
        chooser.value.set_files(holiday)
        expect_state(page, "ready")


@DESKTOP
def test_a_desktop_offers_no_camera(page: Page, holiday: Path) -> None:
    open_page(page)
    expect(page.locator(".start .camera")).to_be_hidden()
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    assert chooser.value.element.get_attribute("capture") is None
    chooser.value.set_files(holiday)
    expect_state(page, "ready")
    expect(page.locator(".actions .camera")).to_be_hidden()


def test_a_dropped_photo_is_painted(page: Page, holiday: Path) -> None:
    open_page(page)
    drop = transfer(page, holiday)
    page.dispatch_event("#choose", "dragover", {"dataTransfer": drop})
    expect(page.locator("#easel[data-drag]")).to_be_attached()
    page.dispatch_event("#choose", "drop", {"dataTransfer": drop})
    expect_state(page, "ready")
    expect(page.locator("#easel[data-drag]")).not_to_be_attached()
    paint(page)


def test_a_photo_can_be_dropped_on_the_last_one(page: Page, holiday: Path, broad: Path) -> None:
    open_photo(page, broad)
    page.dispatch_event("#stage", "drop", {"dataTransfer": transfer(page, holiday)})
    page.wait_for_function("() => document.querySelector('#photo').naturalWidth === 600")
    expect_state(page, "ready")


def test_a_pasted_photo_is_painted(page: Page, holiday: Path) -> None:
    open_page(page)
    page.evaluate(
        """(clipboardData) => {
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        transfer(page, holiday),
    )
    expect_state(page, "ready")
    assert natural_size(page, "#photo") == [600, 400]
    paint(page)


def cut_short(folder: Path) -> Path:
    file = folder / "cut.jpg"
    whole = file_of(landscape(600, 400), "JPEG")
    file.write_bytes(whole[: len(whole) // 2])
    return file


def moving(folder: Path) -> Path:
    file = folder / "moving.gif"
    file.write_bytes(
        file_of(landscape(200, 150), "GIF", save_all=True, append_images=[landscape(200, 150, seed=1)], duration=500)
    )
    return file


@DESKTOP
@pytest.mark.parametrize("size", ["512", "Full"])
@pytest.mark.parametrize(
    ("make", "sentence"), [(cut_short, ENGLISH.sentences.cut_short), (moving, ENGLISH.sentences.first_of_several)]
)
def test_a_photo_that_is_not_whole_says_so_at_every_size(
    page: Page, tmp_path: Path, size: str, make: Callable[[Path], Path], sentence: str
) -> None:
    open_photo(page, make(tmp_path))
    pick(page, "size", size)
    paint(page)
    expect(page.locator("#status")).to_contain_text(sentence)


@DESKTOP
def test_every_format_opens(page: Page) -> None:
    open_page(page)
    button = "#choose"
    for side, (pillow_format, (suffix, *_)) in enumerate(FORMATS.items(), 64):  # another size each time
        picture = file_of(landscape(side, side), pillow_format)
        # Without a media type, as where the system knows none.
        choose(page, {"name": f"photo{suffix}", "mimeType": "", "buffer": picture}, button)
        page.wait_for_function("(side) => document.querySelector('#photo').naturalWidth === side", arg=side)
        expect_state(page, "ready")
        button = "#new"


@DESKTOP
@pytest.mark.parametrize("size", ["512", "Full"])
def test_what_only_the_browser_can_read_is_painted_at_every_size(page: Page, tmp_path: Path, size: str) -> None:
    drawing = tmp_path / "drawing.svg"
    drawing.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="400" height="600"/></svg>'
    )
    open_photo(page, drawing)
    pick(page, "size", size)
    paint(page)
    assert natural_size(page, "#painting") == ([800, 600] if size == "Full" else [512, 384])


@DESKTOP
def test_pasted_text_is_no_photo(page: Page) -> None:
    open_page(page)
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "just text");
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    expect_state(page, "empty")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_each_example_opens_and_is_painted(page: Page) -> None:
    examples = sorted(path for path in (ASSETS / "examples").glob("*.jpg") if not path.stem.endswith("-small"))
    assert len(examples) == 6
    open_page(page)
    address = ""
    for path in examples:
        page.click(f"[data-example={path.stem}]")
        if address:
            expect(page.locator("#photo")).not_to_have_attribute("src", address)
        expect_state(page, "ready")
        address = page.get_attribute("#photo", "src") or ""
        with Image.open(path) as example:
            assert difference(shown_picture(page, "#photo"), example) < 2
    paint(page)


@DESKTOP
def test_an_example_that_does_not_arrive_can_be_tried_again(page: Page, troubles: list[str]) -> None:
    open_page(page)
    page.route("**/examples/hills.jpg", lambda route: route.abort())
    page.click("[data-example=hills]")
    expect_error(page, "The example did not load.")
    expect_state(page, "empty")
    assert "ERR_FAILED" in troubles.pop()
    page.unroute("**/examples/hills.jpg")
    page.click("#retry")
    expect_state(page, "ready")
    expect(page.get_by_role("alert")).to_be_hidden()


@PHONE
@pytest.mark.parametrize(("suffix", "kind"), [("heic", "image/heic"), ("tiff", "image/tiff")])
def test_what_the_browser_can_not_read_is_opened_by_the_server(
    page: Page, photo: Image.Image, tmp_path: Path, suffix: str, kind: str
) -> None:
    path = tmp_path / f"holiday.{suffix}"
    if suffix == "heic":
        from_pillow(photo).save(path, quality=95)
    else:
        photo.save(path)
    open_page(page)
    requests = count_paintings(page)
    choose(page, {"name": path.name, "mimeType": kind, "buffer": path.read_bytes()})
    expect_state(page, "ready")
    assert len(requests) == 1
    assert natural_size(page, "#photo") == [600, 400]
    assert difference(shown_picture(page, "#photo"), photo) < 8
    paint(page)
    assert natural_size(page, "#painting") == [512, 341]
    assert downloaded(page, tmp_path).size == (512, 341)


@PHONE
def test_a_photo_is_upright(page: Page, photo: Image.Image, tmp_path: Path) -> None:
    turned = tmp_path / "holiday.jpg"
    exif = Image.Exif()
    exif[ORIENTATION] = QUARTER_TURN
    photo.save(turned, quality=95, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(turned))
    open_photo(page, turned)
    assert natural_size(page, "#photo") == [400, 600]
    paint(page)
    page.locator("#strength").fill("0")
    for size, expected in (("512", (341, 512)), ("Full", (400, 600))):
        pick(page, "size", size)
        expect(page.locator("#status")).to_contain_text(" × ".join(map(str, expected)))
        assert difference(downloaded(page, tmp_path), before(upright, expected[1])) < 4


@DESKTOP
def test_the_same_file_can_be_chosen_again(page: Page, holiday: Path) -> None:
    open_photo(page, holiday)
    paint(page)
    choose(page, holiday, "#new")
    expect_state(page, "ready")
    expect(page.locator("#status")).to_have_text("Ready to paint")
    expect(page.locator("#painting")).to_be_hidden()
    expect(page.locator("[data-pass='1']")).to_be_hidden()
    paint(page)
    expect_pass(page, 1)


@PHONE
def test_a_new_photo_cancels_the_painting_of_the_old_one(page: Page, holiday: Path, broad: Path) -> None:
    open_photo(page, holiday)
    with held(page):
        with page.expect_request("**/api/paint"):
            page.click("#paint")
        expect_state(page, "uploading")
        with page.expect_event("requestfailed", is_painting):
            choose(page, broad, "#new")
        expect_state(page, "ready")
    assert natural_size(page, "#photo") == [1400, 900]
    paint(page)
    assert natural_size(page, "#painting") == [512, 329]
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"just text", 415, "We couldn't read this picture."),
        (b"", 400, "The file is empty."),
        (b"\xff\xd8\xff\xe0 and then nothing", 400, "The photo is damaged or incomplete."),
    ],
    ids=["text", "empty", "damaged"],
)
def test_an_error_is_shown_and_the_next_photo_is_painted(
    page: Page, holiday: Path, troubles: list[str], content: bytes, status: int, sentence: str
) -> None:
    open_page(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": content})
    expect_error(page, sentence)
    expect_state(page, "empty")
    expect(page.locator("#retry")).to_be_hidden()
    assert f"status of {status}" in troubles.pop()
    choose(page, holiday, "#another")
    expect_state(page, "ready")
    expect(page.get_by_role("alert")).to_be_hidden()
    paint(page)


@DESKTOP
def test_after_a_bad_file_the_old_painting_is_still_there(page: Page, holiday: Path, troubles: list[str]) -> None:
    open_photo(page, holiday)
    paint(page)
    choose(page, {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"just text"}, "#new")
    expect_error(page, "We couldn't read this picture.")
    assert "status of 415" in troubles.pop()
    expect_pass(page, 1)
    expect(page.locator("#painting")).to_be_visible()


@DESKTOP
def test_a_file_that_is_too_large_is_not_even_sent(page: Page, holiday: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes(MAX_UPLOAD_BYTES + 1))
    open_page(page)
    requests = count_paintings(page)
    choose(page, large)
    expect_error(page, "The photo is larger than 25 MB.")
    expect_state(page, "empty")
    assert requests == []
    choose(page, holiday, "#another")
    expect_state(page, "ready")
    paint(page)


@PHONE
def test_a_large_photo_travels_small(page: Page, huge: Path) -> None:
    assert huge.stat().st_size > 3e6
    open_photo(page, huge)
    requests = count_paintings(page)
    page.click("#paint")
    expect(page.locator("#status")).to_contain_text("512 × 341")
    pick(page, "size", "1024")
    expect(page.locator("#status")).to_contain_text("1024 × 683")
    assert len(requests) == 2
    assert all(1e4 < length(request) < 0.6e6 for request in requests)


@DESKTOP
def test_in_full_the_photo_itself_is_sent_and_all_its_pixels_are_painted(page: Page, broad: Path) -> None:
    open_photo(page, broad)
    pick(page, "size", "Full")
    requests = count_paintings(page)
    page.click("#paint")
    expect_pass(page, 1)
    assert natural_size(page, "#painting") == [1400, 900]
    size = broad.stat().st_size
    assert size < length(requests[0]) < size + 2000  # what is around it in the form


def length(request: Request) -> int:
    return int(request.all_headers()["content-length"])
