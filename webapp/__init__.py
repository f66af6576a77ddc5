"""The web side of Make-A-Monet: the pages and the HTTP API around one painter."""

from flask import Flask
from flask_compress import Compress

from cyclegan.card import load_card
from cyclegan.engine import load_engine
from cyclegan.painter import Painter
from webapp import api, pages
from webapp.admission import Admission
from webapp.security import InMemoryRequest, secure
from webapp.settings import Settings
from webapp.static import serve_assets


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application. Without `settings` it reads the environment.

    Raises SettingsError or EngineError where it can't serve.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None)
    app.request_class = InMemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.extensions["settings"] = settings
    engine = load_engine(settings.weights, settings.engine, settings.workers)
    app.extensions["admission"] = Admission(Painter(engine))
    app.register_blueprint(api.blueprint)
    Compress(app)
    assets = serve_assets(app)
    secure(app, pages.mount(app, settings, load_card(settings.weights), assets))
    return app
