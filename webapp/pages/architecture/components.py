"""The components that the page's sections are made of."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, get_asset_url, html
from dash.development.base_component import Component

from webapp.pages.architecture.prose import inline, paragraphs
from webapp.pages.attributes import aria, data
from webapp.texts.schema import Section

# Folder of the pictures of story.json, relative to the assets.
STORY = "story"


def section(name: str, texts: Section, content: Sequence[Component], **values: str) -> Component:
    """Returns a section. `values` are filled into the placeholders of its text."""
    text = paragraphs(texts.text.format(**values))
    return html.Section([html.H2(texts.heading), *text, *content], id=name, className="lesson")


def formula(latex: str) -> Component:
    """Returns a typeset formula. Its height is reserved until MathJax has loaded."""
    return html.Div(dcc.Markdown(f"$$\n{latex}\n$$", mathjax=True), className="formula", tabIndex=0)


def picture(name: str, words: str, caption: str | None = None) -> Component:
    """Returns a picture of the story. pictures.js sets its address when it is about to scroll into view."""
    image = html.Img(alt=words, **data(src=get_asset_url(f"{STORY}/{name}.jpg")))
    return html.Figure([image, html.Figcaption(inline(caption if caption is not None else words))])


def slides(name: str, children: Sequence[Component], shown: int = 0, class_name: str = "") -> Component:
    """Returns slides of which one is visible. slides.js shows the one that a control of the same name picks."""
    each = [html.Div(child, className=slide_class(at == shown)) for at, child in enumerate(children)]
    return html.Div(each, className=f"slides {class_name}".strip(), **data(slides=name), **aria(live="polite"))


def slide_class(shown: bool) -> str:
    return "slide shown" if shown else "slide"


def scrubber(name: str, label: str, count: int, value: int = 0, control: str | None = None) -> Component:
    """Returns a slider that picks one of the `count` slides called `name`."""
    control = control or f"{name}-scrubber"
    slider = dbc.Input(id=control, type="range", min=0, max=count - 1, step=1, value=value)
    return html.Div([dbc.Label(label, html_for=control), slider], className="scrubber", **data(picks=name))


def table(header: Sequence[str], *body: Component) -> Component:
    """Returns a table that can be scrolled where the screen is narrower, also with the keyboard."""
    head = html.Thead(html.Tr([html.Th(name, scope="col") if name else html.Td() for name in header]))
    return html.Div(dbc.Table([head, *body], hover=True), className="table-responsive", tabIndex=0)
