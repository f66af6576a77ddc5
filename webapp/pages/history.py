"""The photos that this browser has painted before. assets/scripts/paint/history.js fills the list."""

from dash import html
from dash.development.base_component import Component

from webapp.pages.attributes import data
from webapp.texts.schema import PageTexts


def history(texts: PageTexts) -> Component:
    return html.Section(
        [
            html.H2(texts.history),
            html.Ul(id="history-list", className="example-list"),
            html.P(
                [
                    texts.history_where,
                    " ",
                    html.Button(
                        texts.forget_all, type="button", className="btn btn-sm btn-quiet", **data(action="forget-all")
                    ),
                ],
                className="history-where",
            ),
        ],
        id="history",
        hidden=True,
        className="examples",
    )
