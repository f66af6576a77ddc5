"""The paint page while the server is full, and when its worker dies."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from crowd import painted, waiting
from cyclegan.paint.options import PASSES
from easel import expect_pass, expect_state, open_photo
from patience import wait_until
from serving import MANY, gunicorn
from uploads import long_painting

TOO_OFTEN = "You have asked for many paintings. Trying again"


@pytest.fixture
def hard_times() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server where one is painted and one waits, and nobody else has a place, until it has painted a photo and knows
    how long that takes; and its process."""
    environment = {"MONET_MAX_WAIT": "1", "MONET_MAX_TURN": str(MANY), "MONET_TRUSTED_PROXIES": "1"}
    with gunicorn(env=environment) as served:
        yield served


@contextmanager
def full(server: str) -> Iterator[None]:
    """Others have both places."""
    work = long_painting()
    with painted(server, work), waiting(server, work):
        yield


@pytest.fixture
def open_at(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[str], Page]]:
    """Opens the page of a server."""
    contexts: list[BrowserContext] = []

    def open_new(address: str) -> Page:
        contexts.append(new_context(base_url=address))
        return contexts[-1].new_page()

    yield open_new
    for context in contexts:
        context.close()


@pytest.fixture
def troubled(open_at: Callable[[str], Page], hard_times: tuple[str, subprocess.Popen[bytes]]) -> Page:
    """A page of that server."""
    return open_at(hard_times[0])


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(number) for number in children.split()]


def expect_said(page: Page, text: str) -> None:
    # Looks at every frame: it is said for a second only.
    page.wait_for_function("(text) => document.querySelector('#announcer').textContent.includes(text)", arg=text)


def test_who_finds_no_place_is_painted_without_asking_again(
    troubled: Page, hard_times: tuple[str, subprocess.Popen[bytes]], holiday: Path
) -> None:
    open_photo(troubled, holiday)
    with full(hard_times[0]):
        troubled.click("#paint")
        expect_said(troubled, "The server is busy.")
        expect(troubled.get_by_role("alert")).to_be_hidden()
    expect_pass(troubled, 1)


def test_the_countdown_can_be_cancelled(
    troubled: Page, hard_times: tuple[str, subprocess.Popen[bytes]], holiday: Path
) -> None:
    open_photo(troubled, holiday)
    with full(hard_times[0]):
        troubled.click("#paint")
        expect_said(troubled, "The server is busy.")
        troubled.click("#cancel")
        expect_state(troubled, "ready")


def test_who_asks_too_often_is_told_so_and_tried_again(open_at: Callable[[str], Page], holiday: Path) -> None:
    with gunicorn(env={"MONET_PAINTINGS_PER_MINUTE": "1"}) as (address, _):
        page = open_at(address)
        open_photo(page, holiday)
        done = 0
        page.click("#paint")
        while not is_refused(page, done + 1):  # the first one is, and so may be one more in the next minute
            done += 1
            assert done < len(PASSES)
            page.click("#paint")
        assert done
        page.click("#cancel")
        expect_state(page, "painted")


def is_refused(page: Page, number: int) -> bool:
    """Whether it is told that it has asked too often, and not painted."""
    told = page.wait_for_function(
        """([told, painted]) => {
            const said = document.querySelector("#announcer").textContent;
            return [told, painted].find((text) => said.startsWith(text));
        }""",
        arg=[TOO_OFTEN, f"Pass {number} of 5"],
    )
    return told.json_value() == TOO_OFTEN


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
    expect(troubled.locator("#status")).to_contain_text("Pass 1 of 5")
    wait_until(lambda: workers(process) not in ([], [worker]), "Another worker should have begun.")
