"""Why there are no pairs of photo and painting to learn from."""

from dash import get_asset_url, html
from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.components import section
from webapp.texts.schema import UnpairedTexts

# Names of photos in assets/examples.
PHOTOS = ("boats", "hills", "stream", "dandelions")


def unpaired(texts: UnpairedTexts, card: Card) -> Component:
    counts = {domain: f"{card['training'][domain]:,}" for domain in ("paintings", "photos")}
    return section("unpaired", texts, [html.Div([pairs(texts), piles(texts, counts)], className="two")], **counts)


def pairs(texts: UnpairedTexts) -> Component:
    missing = html.Span("?", className="card-missing")
    rows = [html.Div([photo(name), missing], className="pair") for name in PHOTOS[:2]]
    return html.Figure([html.Div(rows, className="pairs"), html.Figcaption(texts.pairs)])


def piles(texts: UnpairedTexts, counts: dict[str, str]) -> Component:
    photos = html.Div([photo(name) for name in PHOTOS], className="pile")
    paintings = html.Div(
        [painting(*named, number) for number, named in enumerate(texts.titles.items())], className="pile"
    )
    named = [
        html.Div([photos, html.Span(texts.photos.format(**counts))]),
        html.Div([paintings, html.Span(texts.paintings.format(**counts))]),
    ]
    return html.Figure([html.Div(named, className="piles"), html.Figcaption(texts.piles)])


def photo(name: str) -> Component:
    return html.Img(src=get_asset_url(f"examples/{name}-small.webp"), alt="", width=240, height=160, className="tile")


def painting(title: str, year: str, number: int) -> Component:
    """Returns a frame with the title only, since the repository contains no paintings by Monet."""
    return html.Div([html.Span(title), html.Small(year)], className=f"tile canvas canvas-{number}")
