"""What all pages share: the way between them, their languages and their themes."""

import json
from dataclasses import asdict

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from webapp.pages.attributes import aria, data
from webapp.texts import LANGUAGES
from webapp.texts.schema import Texts

TITLE = "Make-A-Monet"
# The pages, by their addresses below that of a language.
PAINT, ARCHITECTURE = "/", "/architecture"


def frame(address: str, texts: Texts, prefix: str, content: Component) -> Component:
    """A whole page. `prefix` is the part of its address that names the language; none where the browser chose it."""
    return html.Div(
        [
            html.A(texts.page.skip, href="#content", className="skip"),
            navbar(address, texts, prefix),
            html.Main(content, id="content", className="container-xl"),
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
    """The same page in each other language. The painting stays: Dash changes the page without loading it anew."""
    return [
        dbc.NavLink(html.Span(other.name, lang=other.tag), href=f"/{code}{address}")
        for code, other in LANGUAGES.items()
        if other is not texts
    ]
