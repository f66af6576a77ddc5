"""A photo that turns into its painting, on the start page. Its behaviour is in assets/scripts/paint/hero.js."""

import dash_bootstrap_components as dbc
from dash import get_asset_url, html
from dash.development.base_component import Component

from webapp.texts.schema import PageTexts

WIDTH, HEIGHT = 600, 400  # pixels


def hero(texts: PageTexts) -> Component:
    """Returns both pictures, one over the other, and a slider. docs/make_icons.py paints them with the shipped weights.

    At first the photo is seen; the styles then draw the painting over half of it.
    """
    photo, painting = (
        html.Img(src=get_asset_url(f"hero/{name}.avif"), alt=alt, width=WIDTH, height=HEIGHT)
        for name, alt in (("photo", texts.photo), ("painting", texts.painting))
    )
    slider = dbc.Input(type="range", min=0, max=100, step=1, value=50, className="compare")
    label = html.Label([html.Span(texts.compare, className="visually-hidden"), slider])
    return html.Div(
        [photo, html.Div(painting, className="painted"), html.Span(className="seam"), label], className="hero"
    )
