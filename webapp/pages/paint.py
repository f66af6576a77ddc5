"""The paint page, where a photo becomes a painting. Its behaviour is in assets/scripts/paint."""

from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import get_asset_url, html
from dash.development.base_component import Component

from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import FULL, PASSES, PaintingOptions
from webapp.pages.attributes import aria, data
from webapp.pages.choice import choice
from webapp.pages.crop import crop_dialog
from webapp.pages.examples import example_list
from webapp.pages.hero import hero
from webapp.pages.history import history
from webapp.pages.series import series
from webapp.pages.stage import brushes, film, stage
from webapp.texts.schema import PageTexts, Texts

# The longer side in pixels.
SIZES = ("512", "1024", FULL)
FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}
DEFAULTS = PaintingOptions()
# Kept while the tab is open, so that the options survive a change of language.
REMEMBERED: Final[dict[str, Any]] = {"persistence": True, "persistence_type": "session"}


def layout(texts: Texts, max_upload_bytes: int, low_pass: int) -> Component:
    """Returns the whole page. paint.js finds the elements by their ids.

    `low_pass` is that of the generator, in pixels: up to 1, there is no detail to give back, and no choice of it.
    """
    page = texts.page
    work = html.Div([stage(page), panel(page, low_pass), html.Div([brushes(page), film(page)])], className="work")
    announcer = html.P(id="announcer", role="status", className="visually-hidden")
    return easel(page, max_upload_bytes, [work, series(page), crop_dialog(page), notice(page), announcer], low_pass)


def opening(texts: Texts, max_upload_bytes: int) -> Component:
    """Returns the part that is visible before a photo is chosen."""
    return easel(texts.page, max_upload_bytes, [])


def easel(texts: PageTexts, max_upload_bytes: int, hidden: list[Component], low_pass: int = 1) -> Component:
    """The styles show the parts that fit `data-state`, which holds one of the phases in paint.js."""
    about = data(state="empty", passes=PASSES[-1], max_bytes=max_upload_bytes, low_pass=low_pass)
    parts = [
        heading(texts),
        start(texts, max_upload_bytes),
        *hidden,
        examples(texts),
        privacy(texts),
        programs(texts),
        history(texts),  # last, for it comes later and would push down what is below it
    ]
    return html.Div(parts, id="easel", className="easel", **about)


def heading(texts: PageTexts) -> Component:
    return html.Header([html.H1(texts.paint_title), html.P(texts.paint_lead)], className="heading")


def start(texts: PageTexts, max_upload_bytes: int) -> Component:
    choices = html.Div([chooser(texts, max_upload_bytes), camera(texts), html.P(id="opening")], className="choices")
    return html.Div([hero(texts), choices], className="start")


def chooser(texts: PageTexts, max_upload_bytes: int) -> Component:
    """Returns the button to choose a photo, which is also the drop target."""
    return html.Button(
        [
            html.Span(className="chooser-icon"),
            html.Span(texts.choose, className="chooser-title"),
            html.Span(texts.choose_hint, className="chooser-hint"),
            html.Span(texts.limits.format(megabytes=max_upload_bytes // 2**20), className="chooser-limits"),
        ],
        id="choose",
        type="button",
        className="chooser",
    )


def camera(texts: PageTexts) -> Component:
    """Returns the camera button. start.css hides it except on handheld devices."""
    return html.Button(texts.camera, type="button", className="btn btn-quiet camera", **data(action="camera"))


def examples(texts: PageTexts) -> Component:
    return html.Section(
        [
            html.H2(texts.examples),
            example_list(texts, "example"),
            html.P(html.A(texts.example_sources, href=get_asset_url("examples/SOURCES.md")), className="sources"),
        ],
        className="examples",
    )


def panel(texts: PageTexts, low_pass: int) -> Component:
    return html.Section([actions(texts), options(texts, low_pass), takeaway(texts)], className="panel")


def actions(texts: PageTexts) -> Component:
    return html.Div(
        [
            # paint.js sets aria-disabled instead of disabling it, so that it keeps the focus.
            html.Button(texts.paint, id="paint", type="button", className="btn btn-primary"),
            html.Button(texts.new, id="new", type="button", className="btn btn-quiet"),
            html.Button(texts.crop, id="crop", type="button", className="btn btn-quiet"),
            camera(texts),
        ],
        className="actions",
    )


def options(texts: PageTexts, low_pass: int) -> Component:
    sliders = [percentage("strength", texts.strength, DEFAULTS.strength)]
    if low_pass > 1:
        sliders.append(percentage("detail", texts.detail, DEFAULTS.detail))
    return html.Div(
        [
            choice("size", texts.size, {size: texts.sizes[size] for size in SIZES}, str(DEFAULTS.size), REMEMBERED),
            choice(
                "brush", texts.brush, {brush: texts.brushes[brush] for brush in BRUSHES}, DEFAULTS.brush, REMEMBERED
            ),
            html.Button(
                texts.compare_brushes,
                type="button",
                className="btn btn-sm btn-quiet painted-only",
                **data(action="compare-brushes"),
            ),
            *sliders,
        ],
        className="options",
    )


def percentage(name: str, label: str, value: int) -> Component:
    """Returns a slider whose effect is seen at once, without another painting."""
    words = html.Div([dbc.Label(label, html_for=name), html.Span(id=f"{name}-value")], className="option-name")
    slider = dbc.Input(id=name, type="range", min=0, max=100, step=1, value=value, **REMEMBERED)
    return html.Div([words, slider], className="option painted-only")


def takeaway(texts: PageTexts) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    html.Button(texts.download, id="download", type="button", className="btn btn-strong"),
                    dbc.Label(texts.file_format, html_for="format", class_name="visually-hidden"),
                    dbc.Select(
                        id="format",
                        options=[{"label": label, "value": value} for value, label in FORMATS.items()],
                        value="png",
                        **REMEMBERED,
                    ),
                ],
                className="download",
            ),
            dbc.Switch(id="beside", label=texts.beside, value=False, class_name="beside", **REMEMBERED),
            html.Button(texts.copy, id="copy", type="button", className="btn btn-quiet"),
            html.Button(texts.share, id="share", type="button", className="btn btn-quiet"),
        ],
        className="takeaway painted-only",
    )


def notice(texts: PageTexts) -> Component:
    return html.Div(
        [
            html.P(id="error"),
            html.Button(texts.retry, id="retry", type="button", className="btn btn-sm btn-strong"),
            html.Button(texts.another, id="another", type="button", className="btn btn-sm btn-quiet"),
            html.Button(
                "×", id="dismiss", type="button", className="btn btn-sm btn-quiet", **aria(label=texts.dismiss)
            ),
        ],
        id="notice",
        role="alert",
        hidden=True,
        className="alert alert-danger notice",
    )


def privacy(texts: PageTexts) -> Component:
    return html.P([html.Strong(texts.privacy_title), " ", texts.privacy], className="privacy")


def programs(texts: PageTexts) -> Component:
    # The link is relative, so that it stays below the path of the language.
    return html.P(html.A(texts.api_link, href="api"), className="sources")
