"""The application as it is served, but with deadlines that pass while a test waits for them."""

from time import sleep

from flask import Flask

from cyclegan.painter import Pixels
from serving import MANY
from webapp import admission, api, create_app

TINY = 64  # pixels of the longer side


def create_app_for_slow_uploads(seconds: float) -> Flask:
    """An upload may take so long."""
    api.UPLOAD_LIMIT = seconds  # type: ignore[misc]
    return create_app()


def create_app_that_gets_stuck(seconds: float) -> Flask:
    """Its engine never comes to an end with the second pass of a tiny photo, and that pass alone may take so long.

    A slow machine needs the time that everything else has, as it is shipped.
    """
    app = create_app()
    engine = app.extensions["admission"].painter.engine
    paint = engine.paint

    def paint_or_hang(photo: Pixels) -> Pixels:
        if max(photo.shape) <= TINY:
            if seconds == admission.STUCK:
                sleep(MANY)
            admission.STUCK = seconds  # type: ignore[misc]
        painting: Pixels = paint(photo)
        return painting

    engine.paint = paint_or_hang
    return app
