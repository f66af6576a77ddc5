"""Creates the application with other deadlines, so that tests need not wait for the default ones."""

from time import sleep

from flask import Flask

from cyclegan.pictures import Pixels
from serving import MANY
from webapp import create_app
from webapp.api import upload
from webapp.queue import admission
from webapp.server import body_limits, lingering, worker

TINY = 64  # pixels of the longer side


def create_impatient_app() -> Flask:
    """Gives up clients that send too slowly after a second. All other limits stay, for slow machines."""
    upload.UPLOAD_LIMIT = 1  # type: ignore[misc]
    body_limits.MAX_SECONDS = 1  # type: ignore[misc]
    worker.HEAD_SECONDS = 1  # type: ignore[misc]
    return create_app()


def create_patient_app() -> Flask:
    """Allows clients any time to send a request and to hang up."""
    worker.HEAD_SECONDS = MANY  # type: ignore[misc]
    lingering.LINGER = MANY  # type: ignore[misc]
    return create_app()


def create_app_that_gets_stuck() -> Flask:
    """Never finishes the second pass of a tiny photo. That pass is given up after a second; everything else has the
    default limit, since a slow machine may need it."""
    app = create_app()
    engine = app.extensions["admission"].painter.engine
    paint_any = engine.paint

    def paint_or_hang(photo: Pixels) -> Pixels:
        if max(photo.shape) <= TINY:
            if admission.STUCK == 1:
                sleep(MANY)
            admission.STUCK = 1  # type: ignore[misc]
        painting: Pixels = paint_any(photo)
        return painting

    engine.paint = paint_or_hang
    return app
