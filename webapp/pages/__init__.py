"""The pages: one Dash application with a frame that all of them share."""

import dash
import dash_bootstrap_components as dbc
from dash import Dash, html
from dash.backends._flask import FlaskDashServer
from flask import Flask

from cyclegan.card import Card
from webapp.pages import architecture, paint
from webapp.settings import Settings

TITLE = "Make-A-Monet"
DESCRIPTION = "Turn a photo into a painting after Monet."
# Dash's own index, with a language and an icon that scales.
INDEX = """<!doctype html>
<html lang="en">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
    {%css%}
  </head>
  <body>
    <noscript>Make-A-Monet needs JavaScript. Switch it on, or paint with the HTTP API at /api/paint.</noscript>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>
"""


class PageServer(FlaskDashServer):
    """Leaves unknown addresses to Flask, which answers 404; Dash's own server answers them all with 200."""

    def setup_catchall(self, dash_app: Dash) -> None:
        pass


def mount(app: Flask, settings: Settings, card: Card) -> Dash:
    """Adds the pages to `app`."""
    pages = Dash(
        __name__,
        server=False,
        backend=PageServer,
        use_pages=True,
        pages_folder="",
        assets_folder=f"{app.root_path}/assets",
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        index_string=INDEX,
        title=TITLE,
        description=DESCRIPTION,
        update_title="",
        add_log_handler=False,
    )
    pages.init_app(app)
    dash.register_page("paint", path="/", title=TITLE, layout=paint.layout(settings.max_upload_bytes))
    dash.register_page(
        "architecture",
        path="/architecture",
        title=f"Architecture – {TITLE}",
        layout=architecture.layout(card),
    )
    pages.layout = html.Div([navbar(), html.Main(dash.page_container, className="container-xl")], className="frame")
    app.add_url_rule("/architecture", "architecture", pages.index)
    return pages


def navbar() -> dbc.Navbar:
    """The way between the pages; each link loads its page anew, so that leaving the paint page ends its work."""
    return dbc.Navbar(
        dbc.Container(
            [
                html.A([html.Span(className="brand-mark"), TITLE], href="/", className="navbar-brand"),
                dbc.Nav(
                    [
                        dbc.NavLink("Paint", href="/", active="exact", external_link=True),
                        dbc.NavLink("Architecture", href="/architecture", active="exact", external_link=True),
                    ],
                    navbar=True,
                ),
            ],
            class_name="container-xl",
        ),
        color="transparent",
    )
