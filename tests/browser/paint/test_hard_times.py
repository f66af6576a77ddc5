"""The paint page while its server has no place, and while it dies."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep, time
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from easel import PAINTING_LIMIT, Upload, busy_painter, expect_pass, expect_state, open_photo
from serving import gunicorn
from uploads import form


@pytest.fixture
def hard_times(holiday: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server where nobody waits longer than a second, and which knows how long paintings take; and its process."""
    with gunicorn(env={"MONET_MAX_WAIT": "1", "MONET_TRUSTED_PROXIES": "1"}) as served:
        body, media_type = form(holiday.read_bytes())
        for _ in range(4):  # the first one takes longer
            urlopen(Upload(f"{served[0]}/api/paint", body, {"Content-Type": media_type})).close()
        yield served


@pytest.fixture
def troubled(
    browser: Browser, hard_times: tuple[str, subprocess.Popen[bytes]], watch: Callable[[Page], Page]
) -> Iterator[Page]:
    """A page of that server."""
    context: BrowserContext = browser.new_context(base_url=hard_times[0])
    yield context.new_page()
    context.close()


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(number) for number in children.split()]


def test_who_finds_no_place_is_painted_without_asking_again(
    troubled: Page, hard_times: tuple[str, subprocess.Popen[bytes]], holiday: Path, huge: Path
) -> None:
    address, _ = hard_times
    open_photo(troubled, holiday)
    with busy_painter(address, huge):
        troubled.click("#paint")
        expect(troubled.locator("#progress-text, #announcer").first).to_contain_text("The server is busy.")
        expect(troubled.get_by_role("alert")).to_be_hidden()
    expect_pass(troubled, 1)


def test_the_countdown_can_be_cancelled(
    troubled: Page, hard_times: tuple[str, subprocess.Popen[bytes]], holiday: Path, huge: Path
) -> None:
    open_photo(troubled, holiday)
    with busy_painter(hard_times[0], huge):
        troubled.click("#paint")
        expect(troubled.locator("#announcer")).to_contain_text("The server is busy.")
        troubled.click("#cancel")
        expect_state(troubled, "ready")


def test_who_asks_too_often_is_told_so_and_tried_again(browser: Browser, holiday: Path) -> None:
    with gunicorn(env={"MONET_PAINTINGS_PER_MINUTE": "1"}) as (address, _):
        page = browser.new_page(base_url=address)
        open_photo(page, holiday)
        if (left := 60 - time() % 60) < 10:
            sleep(left)  # what was asked for in the last minute counts for less in the next
        page.click("#paint")
        expect_pass(page, 1)
        page.click("#paint")
        expect(page.locator("#announcer")).to_contain_text("You have asked for many paintings. Trying again")
        page.click("#cancel")
        expect_state(page, "painted")
        page.close()


def test_a_worker_that_is_killed_costs_nobody_the_painting(
    troubled: Page, hard_times: tuple[str, subprocess.Popen[bytes]], huge: Path
) -> None:
    _, process = hard_times
    open_photo(troubled, huge)
    troubled.locator("#size").get_by_text("Full", exact=True).click()
    troubled.click("#paint")
    expect_state(troubled, "painting")
    (worker,) = workers(process)
    os.kill(worker, signal.SIGKILL)
    expect(troubled.locator("#status")).to_contain_text("Pass 1 of 5", timeout=2 * PAINTING_LIMIT)
    assert workers(process) != [worker]
