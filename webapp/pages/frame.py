"""The frame that all pages share: navigation, languages and theme."""

import json
from dataclasses import asdict

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from webapp.pages.attributes import aria, data
from webapp.texts import LANGUAGES
from webapp.texts.schema import Texts

TITLE = "Make-A-Monet"
# The pages' paths, without the language.
PAINT, ARCHITECTURE = "/", "/architecture"


def frame(address: str, texts: Texts, prefix: str, content: Component) -> Component:
    """Returns a whole page. `prefix` is "/" and the language code, or empty if the browser chose the language."""
    return html.Div(
        [
            html.A(texts.page.skip, href="#content", className="skip"),
            navbar(address, texts, prefix),
            html.Main(content, id="content", className="container-xl"),
            html.P(texts.page.offline, role="alert", hidden=True, className="alert offline"),
        ],
        id="frame",
        lang=texts.tag,
        className="frame",
        **data(texts=json.dumps(asdict(texts.script), ensure_ascii=False)),
    )


def navbar(address: str, texts: Texts, prefix: str) -> Component:
    pages = ((PAINT, texts.page.paint_link), (ARCHITECTURE, texts.page.architecture_link))
    return html.Nav(
        html.Div(
            [
                dcc.Link(
                    [html.Span(className="brand-mark"), html.Span(TITLE, className="brand-name")],
                    href=prefix + PAINT,
                    title=TITLE,
                    className="navbar-brand",
                ),
                *(dbc.NavLink(name, href=prefix + path, active=path == address) for path, name in pages),
                *languages(address, texts),
                html.Button(
                    html.Span(className="theme-icon"),
                    id="theme",
                    type="button",
                    className="nav-link",
                    **data(name=texts.page.theme),
                    **aria(label=texts.page.theme),
                ),
            ],
            className="container-xl",
        ),
        className="navbar",
    )


def languages(address: str, texts: Texts) -> list[Component]:
    """Returns links to this page in the other languages. Dash does not reload the page, so the painting stays."""
    return [
        dbc.NavLink(html.Span(other.name, lang=other.tag), href=f"/{code}{address}")
        for code, other in LANGUAGES.items()
        if other is not texts
    ]
