import json
import re
from typing import Any

import pytest
from dash.development.base_component import Component
from flask import Flask
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from cyclegan.card import load_card
from webapp import create_app
from webapp.pages import architecture, paint
from webapp.pages.architecture.story import load_story
from webapp.server.assets import ASSETS
from webapp.settings import Settings
from webapp.texts import LANGUAGES

SCRIPTS = [path.read_text() for path in (ASSETS / "scripts").rglob("*.js")]


def text(component: Component | list[Component]) -> str:
    """Returns a component as it is sent to the browser."""
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def page(client: FlaskClient, path: str, **headers: Any) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize(
    ("path", "asked", "tag", "heading"),
    [
        ("/", "en-GB,en", "en", "Your photo, painted like a Monet"),
        ("/", "zh-CN,zh;q=0.9", "zh-Hans", "把你的照片画成莫奈"),
        ("/", "fr", "en", "Your photo, painted like a Monet"),
        ("/en/", "zh-CN", "en", "Your photo, painted like a Monet"),
        ("/zh/", "en", "zh-Hans", "把你的照片画成莫奈"),
        ("/architecture", "en", "en", "How it paints"),
        ("/zh/architecture", "en", "zh-Hans", "它怎样作画"),
    ],
)
def test_a_page_shows_its_heading_before_dash_has_started(
    client: FlaskClient, path: str, asked: str, tag: str, heading: str
) -> None:
    html = page(client, path, **{"Accept-Language": asked})
    assert f'<html lang="{tag}">' in html
    assert f"<h1>{heading}</h1>" in html


def test_a_page_in_the_browsers_language_varies_by_accept_language(client: FlaskClient) -> None:
    assert "Accept-Language" in client.get("/").headers["Vary"]


def test_a_page_has_the_metadata_for_a_link_preview(client: FlaskClient) -> None:
    html = page(client, "/zh/")
    properties = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', html))
    assert properties["og:title"] == "Make-A-Monet"
    assert properties["og:description"] == LANGUAGES["zh"].page.description
    icons = re.findall(r'<link rel="(?:icon|apple-touch-icon)"[^>]* href="([^"]*)"', html)
    assert len(icons) == 3
    for picture in [properties["og:image"], *icons]:
        with client.get(picture) as response:
            assert response.mimetype.startswith("image/")


def test_with_the_setting_url_other_sites_get_absolute_addresses() -> None:
    client = create_app(Settings(url="https://monet.example")).test_client()
    html = page(client, "/architecture")
    assert 'property="og:url" content="https://monet.example/architecture"' in html
    assert re.search('property="og:image" content="https://monet.example/assets/[^"]*social.jpg"', html)
    assert 'hreflang="zh-Hans" href="https://monet.example/zh/architecture"' in html
    assert "https://monet.example/api/paint" in page(client, "/api")


def test_every_element_that_the_scripts_look_up_is_on_the_page(app: Flask) -> None:
    named = set(re.findall(r'byId\("([\w-]+)"', "\n".join(SCRIPTS)))
    assert named >= {"inside", "easel", "photo", "painting", "paint", "progress", "status", "error"}
    texts, card = LANGUAGES["en"], load_card(Settings().weights)
    with app.test_request_context():
        layout = text(
            [paint.layout(texts, max_upload_bytes=1, low_pass=4), architecture.layout(texts, card, load_story())]
        )
    named -= {"react-entry-point", "shell", "theme"}
    assert [name for name in named if f'"id": "{name}"' not in layout] == []


def test_every_example_has_its_photo_and_a_source() -> None:
    sources = (ASSETS / "examples" / "SOURCES.md").read_text()
    for language in LANGUAGES.values():
        for name in language.page.example_names:
            assert (ASSETS / "examples" / f"{name}.jpg").is_file()
            assert (ASSETS / "examples" / f"{name}-small.webp").is_file()
            assert f"`{name}.jpg`" in sources


def test_no_page_loads_anything_from_another_host() -> None:
    """Links may lead to other sites; styles, scripts and fonts must not come from them."""
    for asset in [*ASSETS.rglob("*.css"), *ASSETS.rglob("*.js")]:
        assert re.findall(r"(?:@import|url\(\s*[\"']?(?:https?:)?//|fetch\([\"']http)[^;]*", asset.read_text()) == []


def test_dash_is_set_up_before_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise visitors who come at the same time get half a page."""
    client = create_app().test_client()
    monkeypatch.delattr("dash._validate.validate_layout")  # a part of the setup
    for path in ("/", "/architecture", "/_dash-layout", "/_dash-dependencies"):
        assert client.get(path).status_code == 200
