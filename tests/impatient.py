"""The application as it is served, but in a hurry, and with an engine that never comes to an end with a tiny photo."""

from time import sleep

from flask import Flask

from cyclegan.painter import Pixels
from webapp import admission, api, create_app, worker

TINY = 64  # pixels of the longer side


def create_impatient_app() -> Flask:
    """Give it its times in whole seconds: they bound what the tests wait."""
    admission.STUCK = 5  # type: ignore[misc]
    api.UPLOAD_LIMIT = 1  # type: ignore[misc]
    worker.HEAD_SECONDS = 1  # type: ignore[misc]
    app = create_app()
    engine = app.extensions["admission"].painter.engine
    paint = engine.paint

    def paint_or_hang(photo: Pixels) -> Pixels:
        if max(photo.shape) <= TINY:
            sleep(1000)
        painting: Pixels = paint(photo)
        return painting

    engine.paint = paint_or_hang
    return app
