"""A drawing of both cycles: what turns into what, which network judges it, and what should be the same."""

from dash import get_asset_url, html
from dash.development.base_component import Component

from webapp.pages.architecture.components import STORY, section
from webapp.pages.architecture.prose import inline
from webapp.texts.schema import CyclesTexts

PAINTED = ("photo", "painting", "restored")


def cycles(texts: CyclesTexts) -> Component:
    pictures = [html.Img(src=get_asset_url(f"{STORY}/cycle/{name}.jpg"), alt="") for name in PAINTED]
    there = cycle(
        texts.photo_cycle,
        texts,
        "G",
        station(pictures[0], texts.photo),
        station(pictures[1], texts.painting, texts.judged.format(judge="*D_Y*")),
        "F",
        station(pictures[2], texts.restored),
    )
    back = cycle(
        texts.painting_cycle,
        texts,
        "F",
        station(drawing("field-painted", "canvas"), texts.monet),
        station(drawing("field"), texts.photographed, texts.judged.format(judge="*D_X*")),
        "G",
        station(drawing("field-painted", "canvas"), texts.repainted),
    )
    return section("cycles", texts, [there, back])


def cycle(
    caption: str, texts: CyclesTexts, first: str, begin: Component, middle: Component, second: str, end: Component
) -> Component:
    stations = html.Div([begin, arrow(first), middle, arrow(second), end], className="cycle-stations")
    return html.Figure(
        [html.Figcaption(caption), stations, html.P(texts.same, className="cycle-same")], className="cycle"
    )


def station(picture: Component, name: str, judged: str | None = None) -> Component:
    parts = [picture, html.Span(inline(name), className="station-name")]
    return html.Div([*parts, html.Span(inline(judged), className="judge")] if judged else parts, className="station")


def arrow(generator: str) -> Component:
    return html.Div(html.Var(generator), className="arrow")


def drawing(name: str, class_name: str = "") -> Component:
    """Returns a drawing in place of a Monet or its photo, since the repository contains no paintings by Monet."""
    return html.Img(src=get_asset_url(f"{name}.svg"), alt="", className=class_name)
