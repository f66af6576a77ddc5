"""The stage, on which the painting lies over its photo, and the strip of passes below it."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import PASSES
from webapp.pages.attributes import aria, data
from webapp.texts.schema import PageTexts


def stage(texts: PageTexts) -> Component:
    """Returns the stage. stage.js clips the painting at the position of the native slider that lies over both.

    The painting has two layers: without the photo's detail, and with all of it.
    """
    layers = [
        html.Img(id="painting", alt=texts.painting, draggable="false"),
        html.Canvas(id="detailed", **aria(hidden="true")),
    ]
    pictures = [html.Img(id="photo", alt=texts.photo, draggable="false"), html.Div(layers, id="painted")]
    viewport = html.Div(
        [
            html.Div(html.Div(pictures, id="picture", className="picture"), id="scroller", className="scroller"),
            html.Span(className="seam"),
            dbc.Label(texts.compare, html_for="compare", class_name="visually-hidden"),
            dbc.Input(id="compare", type="range", min=0, max=100, step=1, value=0, class_name="compare"),
            work_in_progress(texts),
        ],
        id="viewport",
        className="viewport",
    )
    return html.Section(
        [html.Div(viewport, className="wall"), below(texts)],
        id="stage",
        className="stage",
        **aria(label=texts.stage),
    )


def work_in_progress(texts: PageTexts) -> Component:
    return html.Div(
        [
            html.P(id="working"),
            html.Progress(id="progress", max=100, **aria(label=texts.progress)),
            html.Button(texts.cancel, id="cancel", type="button", className="btn btn-sm btn-quiet"),
        ],
        className="veil",
    )


def below(texts: PageTexts) -> Component:
    return html.Div(
        [
            html.P(id="status"),
            html.Button(texts.hold, id="hold", type="button", className="btn btn-sm btn-quiet painted-only"),
            html.Button(
                texts.zoom, id="zoom", type="button", className="btn btn-sm btn-quiet", **aria(pressed="false")
            ),
        ],
        className="below",
    )


def brushes(texts: PageTexts) -> Component:
    """Returns the same painting by each brush, of which one can be chosen; paint.js shows it when asked to."""
    frames = [
        html.Button([html.Img(alt=""), html.Span(texts.brushes[brush])], type="button", **data(brush=brush))
        for brush in BRUSHES
    ]
    close = html.Button(
        "×",
        type="button",
        className="btn btn-sm btn-quiet",
        **data(action="close-brushes"),
        **aria(label=texts.dismiss),
    )
    return html.Div(
        [*frames, close], id="brushes", role="group", hidden=True, className="brushes", **aria(label=texts.brush)
    )


def film(texts: PageTexts) -> Component:
    """Returns the strip of thumbnails: the photo and every pass so far, each of which can be shown again."""
    frames = [film_frame(0, texts.photo_frame)]
    frames += [film_frame(number, texts.numbered_frame.format(number=number)) for number in PASSES]
    return html.Div(frames, id="film", role="group", className="film", **aria(label=texts.film))


def film_frame(number: int, name: str) -> Component:
    return html.Button(
        [html.Img(alt=""), html.Span(name)], type="button", className="film-frame", **data(**{"pass": number})
    )
