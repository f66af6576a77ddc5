"""The dialog in which a photo is cropped, straightened and turned. Its behaviour is in assets/scripts/paint/crop.js."""

from typing import Final

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from webapp.pages.attributes import aria
from webapp.pages.choice import choice
from webapp.texts.schema import PageTexts

# Proportions, width to height; the others have names of their own.
PROPORTIONS: Final = ("4:3", "16:9")
STEEPEST: Final = 45  # degrees; beyond, the photo is turned instead


def crop_dialog(texts: PageTexts) -> Component:
    """Returns the dialog, closed. crop.js puts the photo and the frame on it into `crop-area`."""
    return html.Dialog(
        [
            html.H2(texts.crop_title, id="crop-title"),
            html.Div(id="crop-area", className="crop-area"),
            html.Div(
                [html.P(id="crop-size", role="status"), html.P(texts.crop_hint, id="crop-hint")], className="crop-words"
            ),
            html.Div([straightener(texts), shapes(texts), turns(texts)], className="crop-tools"),
            html.Div(
                [
                    html.Button(texts.cancel, id="crop-cancel", type="button", className="btn btn-quiet"),
                    html.Button(texts.crop_use, id="crop-use", type="button", className="btn btn-primary"),
                ],
                className="crop-actions",
            ),
        ],
        id="cropper",
        className="cropper",
        **aria(labelledby="crop-title"),
    )


def straightener(texts: PageTexts) -> Component:
    words = html.Div(
        [dbc.Label(texts.straighten, html_for="crop-angle"), html.Span(id="crop-angle-value")], className="option-name"
    )
    slider = dbc.Input(id="crop-angle", type="range", min=-STEEPEST, max=STEEPEST, step=0.5, value=0)
    return html.Div([words, slider], className="option")


def shapes(texts: PageTexts) -> Component:
    names = {"free": texts.crop_free, "original": texts.crop_original, "1:1": texts.crop_square}
    return choice("crop-shape", texts.crop_shape, names | {each: each for each in PROPORTIONS}, "free")


def turns(texts: PageTexts) -> Component:
    return html.Div(
        [
            html.Button(texts.turn_left, id="crop-left", type="button", className="btn btn-sm btn-quiet"),
            html.Button(texts.turn_right, id="crop-right", type="button", className="btn btn-sm btn-quiet"),
        ],
        className="crop-turns",
    )
