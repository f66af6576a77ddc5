"""Serves the painter: the pages and the HTTP API."""

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Returns the WSGI application. Without `settings` it reads the environment.

    Raises SettingsError for an unusable setting, and EngineError for an engine or artifact that can't be loaded.
    """
    # Imported here because gunicorn's master process, which only reads the settings, would load 20 MB it never uses.
    from flask import Flask
    from flask_compress import Compress
    from werkzeug.middleware.proxy_fix import ProxyFix

    from cyclegan.card import load_card, verify
    from cyclegan.engines.cores import threads_per_engine
    from cyclegan.engines.load import load_engine
    from cyclegan.inspect.load import load_inspector
    from cyclegan.paint.painter import Painter
    from webapp import pages
    from webapp.api import health, inspect, openapi, page, paint
    from webapp.api.upload import handle_refusals
    from webapp.observe import metrics
    from webapp.observe.logs import log_requests
    from webapp.pages.install import blueprint as install
    from webapp.queue.admission import Admission
    from webapp.server.assets import serve_assets
    from webapp.server.body_limits import limit_bodies
    from webapp.server.rate_limit import PHOTOS, limit_rate
    from webapp.server.security import InMemoryRequest, secure
    from webapp.settings import PLACES, Settings

    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None)
    app.request_class = InMemoryRequest
    # Trusts only the proxies that are known: any client can send a proxy's headers.
    app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.trusted_proxies] * 3)  # type: ignore[method-assign]
    app.extensions["settings"] = settings
    log_requests(app)
    engine = load_engine(settings.weights, settings.engine, threads_per_engine(settings.workers))
    app.extensions["admission"] = Admission(
        Painter(engine), settings.max_wait, settings.max_turn, PLACES, settings.max_pixels
    )
    card = load_card(settings.weights)
    verify(settings.weights, card["discriminator"])
    # Loaded for each request, in some 0.3 s: few visitors inspect, and OpenVINO's inspector would keep 70 MB for them.
    app.extensions["inspector"] = partial(load_inspector, settings.weights, settings.engine, settings.workers)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(paint.blueprint)
    app.register_blueprint(inspect.blueprint)
    app.register_blueprint(openapi.blueprint)
    app.register_blueprint(page.blueprint)
    app.register_blueprint(install)
    if settings.metrics:
        app.register_blueprint(metrics.blueprint)
    handle_refusals(app)
    Compress(app)
    assets = serve_assets(app)
    secure(app, pages.mount(app, settings, card, assets))
    # Last, because they cover every route that is registered. The rate is checked first, before a body is read.
    limit_bodies(app, PHOTOS)
    limit_rate(app, settings)
    return app
