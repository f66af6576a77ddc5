"""What the sections of the page are made of."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, get_asset_url, html
from dash.development.base_component import Component

from webapp.pages.architecture.prose import inline, paragraphs
from webapp.pages.attributes import aria, data
from webapp.texts.schema import Section

# Where the pictures of story.json lie among the assets.
STORY = "story"


def section(name: str, texts: Section, content: Sequence[Component], **values: str) -> Component:
    """`values` fill in the names in braces of its text."""
    text = paragraphs(texts.text.format(**values))
    return html.Section([html.H2(texts.heading), *text, *content], id=name, className="lesson")


def formula(latex: str) -> Component:
    """Its height is kept free until MathJax has come."""
    return html.Div(dcc.Markdown(f"$$\n{latex}\n$$", mathjax=True), className="formula", tabIndex=0)


def picture(name: str, words: str, caption: str | None = None) -> Component:
    """A picture of the story, which comes when it is about to be seen: pictures.js gives it its address."""
    image = html.Img(alt=words, **data(src=get_asset_url(f"{STORY}/{name}.jpg")))
    return html.Figure([image, html.Figcaption(inline(caption if caption is not None else words))])


def slides(name: str, children: Sequence[Component], shown: int = 0, class_name: str = "") -> Component:
    """All but one are hidden. slides.js shows that which a control of the same name picks."""
    each = [html.Div(child, className=slide_class(at == shown)) for at, child in enumerate(children)]
    return html.Div(each, className=f"slides {class_name}".strip(), **data(slides=name), **aria(live="polite"))


def slide_class(shown: bool) -> str:
    return "slide shown" if shown else "slide"


def scrubber(name: str, label: str, count: int, value: int = 0, control: str | None = None) -> Component:
    """A slider that picks one of `count` slides of that name."""
    control = control or f"{name}-scrubber"
    slider = dbc.Input(id=control, type="range", min=0, max=count - 1, step=1, value=value)
    return html.Div([dbc.Label(label, html_for=control), slider], className="scrubber", **data(picks=name))


def table(header: Sequence[str], *body: Component) -> Component:
    """Wider than a phone: it can be scrolled there, by keyboard too."""
    head = html.Thead(html.Tr([html.Th(name, scope="col") if name else html.Td() for name in header]))
    return html.Div(dbc.Table([head, *body], hover=True), className="table-responsive", tabIndex=0)
