"""The list of example photos to choose from."""

from dash import get_asset_url, html
from dash.development.base_component import Component

from webapp.pages.attributes import data
from webapp.texts.schema import PageTexts


def example_list(texts: PageTexts, attribute: str) -> Component:
    """Returns a list of buttons. data-`attribute` of each button is the name of its photo."""
    buttons = (example(name, words, attribute) for name, words in texts.example_names.items())
    return html.Ul([html.Li(button) for button in buttons], className="example-list")


def example(name: str, words: str, attribute: str) -> Component:
    picture = html.Img(src=get_asset_url(f"examples/{name}-small.webp"), alt="", width=240, height=160)
    return html.Button([picture, html.Span(words)], type="button", className="example", **data(**{attribute: name}))
