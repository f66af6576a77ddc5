import pytest
from playwright.sync_api import Page, expect

from cyclegan.card import load_card
from cyclegan.networks import Generator, GeneratorConfig
from webapp.settings import Settings

pytestmark = pytest.mark.parametrize("device", ["desktop"], indirect=True)


def test_the_table_is_that_of_the_shipped_generator(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Architecture").click()
    config = GeneratorConfig(**load_card(Settings.from_environment().weights)["generator"])
    total = sum(parameter.numel() for parameter in Generator(config).parameters())
    expect(page.locator("#layers tfoot")).to_contain_text(f"{total:,}")
    expect(page.locator("#layers tbody tr", has_text="Residual block")).to_have_count(config.residual_blocks)
    expect(page).to_have_title("Architecture – Make-A-Monet")


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_the_formulas_are_typeset_and_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/architecture")
    expect(page.locator('mjx-container[display="true"] svg')).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_way_back_leads_to_the_paint_page(page: Page) -> None:
    page.goto("/architecture")
    page.get_by_role("link", name="Paint", exact=True).click()
    expect(page.locator("#choose")).to_be_visible()
