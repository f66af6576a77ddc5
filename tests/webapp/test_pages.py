import json
import re
from pathlib import Path

import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

import webapp
from cyclegan.card import load_card
from cyclegan.networks import Generator, GeneratorConfig
from webapp.pages import architecture, paint
from webapp.settings import Settings

ASSETS = Path(webapp.__file__).parent / "assets"


def text(component: Component) -> str:
    """The page as it is sent to the browser."""
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.mark.parametrize("path", ["/", "/architecture"])
def test_a_page_answers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text


def test_every_element_that_the_script_names_is_on_the_page() -> None:
    script = (ASSETS / "paint.js").read_text()
    named = set(re.findall(r'(?:show|place|byId|focusOnceDrawn)\("(\w+)"', script))
    assert named >= {"easel", "photo", "painting", "paint", "progress", "status", "error", "download"}
    page = text(paint.layout(max_upload_bytes=1))
    assert [name for name in named if f'"id": "{name}"' not in page] == []


def test_no_page_asks_another_host() -> None:
    """Links may lead elsewhere; styles, scripts and fonts may not come from there."""
    for asset in [*ASSETS.glob("*.css"), *ASSETS.glob("*.js")]:
        assert re.findall(r"(?:@import|url\(\s*[\"']?(?:https?:)?//|fetch\([\"']http)[^;]*", asset.read_text()) == []


def test_the_total_is_that_of_the_live_network() -> None:
    card = load_card(Settings().weights)
    network = Generator(GeneratorConfig(**card["generator"]))
    total = sum(parameter.numel() for parameter in network.parameters())
    assert f'"{total:,}"' in text(architecture.layout(card))


@pytest.mark.parametrize("residual", [True, False])
def test_the_page_says_what_leaves_the_network(residual: bool) -> None:
    card = load_card(Settings().weights)
    card["generator"]["residual_output"] = residual
    assert ("added to the photo" in text(architecture.layout(card))) is residual


def test_the_three_losses_have_formulas() -> None:
    assert list(architecture.LOSSES) == ["Adversarial", "Cycle consistency", "Identity"]
    assert all("$$" in words for words in architecture.LOSSES.values())
