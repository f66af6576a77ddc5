"""Several photos at once."""

import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from easel import DESKTOP, expect_state, held, open_page, paint
from pictures import landscape


def choose_all(page: Page, files: list[Path]) -> None:
    open_page(page)
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    chooser.value.set_files(files)
    expect_state(page, "ready")


def draw(folder: Path) -> list[Path]:
    files = [folder / "one.jpg", folder / "two.png", folder / "three.jpg"]
    for number, file in enumerate(files):
        landscape(300, 200, seed=number).save(file)
    return files


def test_several_photos_are_painted_and_downloaded_as_one_file(page: Page, tmp_path: Path, troubles: list[str]) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"just text")
    one, *others = draw(tmp_path)
    choose_all(page, [one, bad, *others])
    expect(page.locator("#series-title")).to_have_text("4 photos, 0 of them painted")
    paint(page)  # the first one, to choose the options with
    page.click("#paint-all")
    expect(page.locator("#series-title")).to_have_text("4 photos, 3 of them painted")
    expect(page.locator("#series-list [data-status=failed]")).to_contain_text("We couldn't read this picture.")
    assert "status of 415" in troubles.pop()
    expect_state(page, "painted")
    with page.expect_download() as download:
        page.click("#zip")
    download.value.save_as(tmp_path / "monet.zip")
    with zipfile.ZipFile(tmp_path / "monet.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["one-monet.png", "two-monet.png", "three-monet.png"]
        with archive.open("two-monet.png") as file, Image.open(file) as painting:
            assert painting.size == (300, 200)


@DESKTOP
def test_a_series_can_be_stopped_and_goes_on(page: Page, tmp_path: Path) -> None:
    choose_all(page, draw(tmp_path))
    with held(page):
        with page.expect_request("**/api/paint"):
            page.click("#paint-all")
        page.keyboard.press("Escape")
        expect(page.locator("#series-list [data-status=waiting]")).to_have_count(3)
    page.click("#paint-all")
    expect(page.locator("#series-title")).to_have_text("3 photos, 3 of them painted")
