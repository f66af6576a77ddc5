"""Several photos, to be painted like the one on the stage. assets/scripts/paint/series.js fills the list."""

from dash import html
from dash.development.base_component import Component

from webapp.pages.attributes import data
from webapp.texts.schema import PageTexts


def series(texts: PageTexts) -> Component:
    buttons = [
        html.Button(texts.paint_all, id="paint-all", type="button", className="btn btn-primary"),
        html.Button(texts.zip, id="zip", type="button", hidden=True, className="btn btn-strong"),
        html.Button(texts.cancel, type="button", className="btn btn-quiet", **data(action="cancel")),
    ]
    return html.Section(
        [
            html.H2(id="series-title"),
            html.P(texts.series_hint),
            html.Div(buttons, className="series-actions"),
            html.Ul(id="series-list"),
        ],
        id="series",
        hidden=True,
        className="series",
    )
