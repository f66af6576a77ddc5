"""Links to other pages and to parts of them, online and offline."""

from playwright.sync_api import Page, expect

from easel import DESKTOP, open_page
from webapp.texts.en import ENGLISH


def test_a_link_to_a_part_of_the_lesson_leads_there(page: Page) -> None:
    page.goto("/architecture#passes")
    page.wait_for_function(
        """() => {
            const part = document.querySelector("#frame #passes")?.getBoundingClientRect();
            return part && scrollY > 0 && part.top > -1 && part.top < innerHeight / 2;
        }"""
    )


@DESKTOP
def test_who_leaves_offline_is_told_so_and_gets_there_when_online_again(page: Page) -> None:
    open_page(page)
    page.context.set_offline(True)
    page.get_by_role("link", name="Architecture").click()
    expect(page.locator("#frame .offline")).to_have_text(ENGLISH.page.offline)
    expect(page.locator("#choose")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#generator")).to_be_visible()
    expect(page.locator("#frame .offline")).to_be_hidden()
