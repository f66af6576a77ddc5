"""The paint page: a photo in, a painting out. What moves on it is assets/paint.js."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from cyclegan.brush import BRUSHES
from cyclegan.painter import FULL, PASSES, PaintingOptions
from webapp.security import SENTENCES

# Pixels, the longer side.
SIZES = {512: "512 pixels", 1024: "1024 pixels", 2048: "2048 pixels", FULL: "full resolution"}
DEFAULTS = PaintingOptions()


def layout(max_upload_bytes: int) -> Component:
    """What paint.js finds by its ids. `data-state` is empty, ready, painting or painted; style.css shows what fits."""
    state: dict[str, Any] = {
        "data-state": "empty",
        "data-passes": 0,
        "data-max-passes": PASSES[-1],
        "data-max-bytes": max_upload_bytes,
        "data-too-large": SENTENCES[413],
    }
    work = html.Div([pictures(), toolbar()], className="work")
    return html.Div([heading(), chooser(max_upload_bytes), work, alert()], id="easel", className="easel", **state)


def heading() -> Component:
    return html.Header(
        [
            html.H1("Your photo, painted like a Monet"),
            html.P(
                "Choose a landscape, a garden, a harbour at dawn. A small neural network does the rest, right here."
            ),
        ],
        className="heading",
    )


def chooser(max_upload_bytes: int) -> Component:
    """A button that is also where a photo can be dropped."""
    return html.Button(
        [
            html.Span(className="chooser-icon"),
            html.Span("Choose a photo", className="chooser-title"),
            html.Span("or drop it here", className="chooser-hint"),
            html.Span(
                f"JPEG, PNG, WebP, GIF or TIFF, up to {max_upload_bytes // 2**20} MB. It is never stored.",
                className="chooser-limits",
            ),
        ],
        id="choose",
        type="button",
        className="chooser",
    )


def pictures() -> Component:
    """Before and after, side by side. Until there is a painting, the blurred photo holds its place."""
    return html.Div(
        [
            html.Figure([frame(html.Img(id="photo", alt="Your photo")), html.Figcaption("Photo")]),
            html.Figure(
                [
                    frame(html.Img(id="painting", alt="The painting"), progress()),
                    html.Figcaption(["Painting", html.Span(id="pass")]),
                ],
                className="after",
            ),
        ],
        className="pictures",
    )


def frame(*children: Component) -> Component:
    return html.Div(children, className="frame-picture")


def progress() -> Component:
    return html.Div(
        [html.P(id="status", role="status"), dbc.Progress(id="progress", value=0, striped=True, animated=True)],
        className="veil",
    )


def toolbar() -> Component:
    return html.Div([controls(), actions()], className="toolbar")


def controls() -> Component:
    return html.Div(
        [
            html.Div(
                [
                    dbc.Label("Strength", html_for="strength"),
                    dbc.Input(id="strength", type="range", min=0, max=100, step=5, value=DEFAULTS.strength),
                ]
            ),
            html.Div(
                [
                    dbc.Label("Size", html_for="size"),
                    dbc.Select(
                        id="size",
                        options=[{"label": label, "value": size} for size, label in SIZES.items()],
                        value=DEFAULTS.size,
                    ),
                ]
            ),
            html.Div(
                [
                    dbc.Label("Brush", html_for="brush"),
                    dbc.Select(
                        id="brush",
                        options=[{"label": brush.capitalize(), "value": brush} for brush in BRUSHES],
                        value=DEFAULTS.brush,
                    ),
                ]
            ),
        ],
        className="controls",
    )


def actions() -> Component:
    return html.Div(
        [
            html.A("Download", id="download", className="btn btn-outline-dark"),
            dbc.Button("New photo", id="new", color="link"),
            # paint.js never disables it, only says so (aria-disabled): the focus stays where it was.
            html.Button("Paint", id="paint", type="button", className="btn btn-primary"),
        ],
        className="actions",
    )


def alert() -> dbc.Alert:
    return dbc.Alert(id="error", is_open=False, dismissable=True, color="danger", class_name="notice")
