"""Lays out the pages with Dash, and serves each in every language."""

from collections.abc import Callable
from typing import Any, NamedTuple

import dash
from dash import Dash, html
from dash.backends._flask import FlaskDashServer
from dash.development.base_component import Component
from flask import Flask, Response, make_response, render_template, request

from cyclegan.card import Card
from webapp.pages import architecture, paint
from webapp.pages.architecture.story import load_story
from webapp.pages.callbacks import check_callback
from webapp.pages.frame import ARCHITECTURE, PAINT, TITLE, frame
from webapp.pages.prerender import to_html
from webapp.server.assets import ASSETS
from webapp.settings import Settings
from webapp.texts import LANGUAGES, language_of, texts_for
from webapp.texts.schema import Texts


class Page(NamedTuple):
    title: Callable[[Texts], str]
    opening: Callable[[Texts], Component]  # shown by index.html until Dash has started
    content: Callable[[Texts], Component]


class PageServer(FlaskDashServer):
    """Leaves unknown paths to Flask, which responds with 404, and refuses callbacks that no page asks for.

    Dash's own server responds with 200 to any path, and with 500 to any body that it does not expect.
    """

    def setup_catchall(self, dash_app: Dash) -> None:
        pass

    def serve_callback(self, dash_app: Dash) -> Callable[[], Response]:
        dispatch: Callable[[], Response] = super().serve_callback(dash_app)

        def check_first() -> Response:
            check_callback(dash_app)
            return dispatch()

        return check_first


class Pages(Dash):
    """Dash with an index in the language of the request. It shows the page before Dash has started."""

    pages: dict[str, Page]  # path without language → page

    def index(self, *_: Any, **__: Any) -> Response:
        response = make_response(Dash.index(self))
        response.vary.add("Accept-Language")
        return response

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        texts, prefix, address = texts_for(request), "", request.path
        if address.split("/")[1] in LANGUAGES:
            prefix = "/" + address.split("/")[1]
            address = address.removeprefix(prefix)
        page = self.pages[address]
        shell = to_html(frame(address, texts, prefix, page.opening(texts)))
        parts["title"] = page.title(texts)
        return render_template("index.html", **parts, texts=texts, languages=LANGUAGES, address=address, shell=shell)


def mount(app: Flask, settings: Settings, card: Card, assets_path: str) -> Dash:
    """Adds the pages to `app`, with their assets below the path `assets_path`."""
    dash_app = Pages(
        __name__,
        server=False,
        backend=PageServer,
        use_pages=True,
        pages_folder="",
        assets_folder=str(ASSETS),
        assets_url_path=assets_path,
        include_assets_files=False,  # index.html loads the styles as one file, and the scripts as modules
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        update_title="",
        add_log_handler=False,
    )
    # The request's Host header is not used: any client can forge it, and a cache would then show it to others.
    app.jinja_env.globals["site"] = settings.url
    limit, low_pass, story = settings.max_upload_bytes, card["tiling"]["low_pass"], load_story()
    dash_app.pages = {
        PAINT: Page(
            lambda _: TITLE,
            lambda texts: paint.opening(texts, limit),
            lambda texts: paint.layout(texts, limit, low_pass),
        ),
        ARCHITECTURE: Page(
            lambda texts: f"{texts.architecture.title} – {TITLE}",
            lambda texts: architecture.opening(texts, card),
            lambda texts: architecture.layout(texts, card, story),
        ),
    }
    dash_app.init_app(app)
    for address, page in dash_app.pages.items():
        register(app, dash_app, address, page)
    dash_app.layout = html.Div(dash.page_container)
    # Dash ends its setup on the first request, and others at the same time would see half of it: so this is the first.
    with app.test_request_context():
        app.preprocess_request()
    return dash_app


def register(app: Flask, dash_app: Pages, address: str, page: Page) -> None:
    """Registers `page` at `address` in the browser's language, and below the code of every language."""
    contents = {code: page.content(texts) for code, texts in LANGUAGES.items()}

    def layout(**_: Any) -> Component:
        code = language_of(request)
        return frame(address, LANGUAGES[code], "", contents[code])

    dash.register_page(address, path=address, title=lambda: page.title(texts_for(request)), layout=layout)
    if address != "/":  # Dash registers that one itself
        app.add_url_rule(address, address, dash_app.index)
    for code, texts in LANGUAGES.items():
        path = f"/{code}{address}"
        dash.register_page(
            path, path=path, title=page.title(texts), layout=frame(address, texts, f"/{code}", contents[code])
        )
        app.add_url_rule(path, path, dash_app.index)
