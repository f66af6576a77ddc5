"""What the routes that take a photo share: the place in the queue, the upload, the responses to refused requests."""

from functools import partial
from typing import IO, Final, cast

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from cyclegan.paint.options import OptionError
from webapp.addresses import client_of
from webapp.intake.photo import IntakeError
from webapp.observe.trace import CLIENT_GONE, refused, stage
from webapp.queue.admission import Admission, BusyError, GoneError, Place, TooLongError
from webapp.server.connection import SlowClientError, hang_up, receiving, watch
from webapp.server.security import ManyFieldsError
from webapp.settings import Settings
from webapp.texts import texts_for

UPLOAD_LIMIT: Final = 60  # seconds; a slower client would keep its place from others

Refusal = tuple[dict[str, str], int]  # JSON and status


def join_queue() -> Place:
    """Returns a place in the queue for the client of this request, before its body is read. Raises BusyError."""
    admission = cast(Admission, current_app.extensions["admission"])
    return admission.arrive(client_of(request), watch(request.environ), partial(hang_up, request.environ))


def read_upload() -> IO[bytes]:
    """Returns the photo of a request.

    Raises IntakeError if there is no photo or more than one, if the form is too large, or if it arrives too slowly.
    """
    if request.mimetype != "multipart/form-data":
        raise IntakeError(415, "not_multipart")
    settings = cast(Settings, current_app.extensions["settings"])
    request.max_content_length = settings.max_upload_bytes
    try:
        with stage("receive"), receiving(request.environ, UPLOAD_LIMIT):
            uploads = request.files.getlist("photo")
    except SlowClientError as error:
        raise IntakeError(408, "too_slow") from error
    except ManyFieldsError as error:
        raise IntakeError(413, "too_many_fields") from error
    except RequestEntityTooLarge as error:
        raise IntakeError(413, "too_large") from error
    if not uploads or not uploads[0].filename:
        raise IntakeError(400, "no_photo")
    if len(uploads) > 1:
        raise IntakeError(400, "many_photos")
    return uploads[0].stream


def handle_refusals(app: Flask) -> None:
    """Turns the errors of these routes into responses of one sentence, in the language of the request."""

    @app.errorhandler(BusyError)
    def refuse_place(error: BusyError) -> tuple[dict[str, str], int, dict[str, str]]:
        refused("busy")
        sentence = texts_for(request).sentences.busy.format(seconds=error.retry_after)
        return {"error": sentence}, 503, {"Retry-After": str(error.retry_after)}

    @app.errorhandler(GoneError)
    def note_absence(_: GoneError) -> tuple[str, int]:
        refused("gone")
        return "", CLIENT_GONE  # only for the log, as the client has disconnected

    @app.errorhandler(TooLongError)
    def give_up(_: TooLongError) -> Refusal:
        refused("too_long")
        return {"error": texts_for(request).sentences.too_long}, 503

    @app.errorhandler(IntakeError)
    def refuse_photo(error: IntakeError) -> Refusal:
        refused(error.name)
        return {"error": error.sentence(texts_for(request))}, error.status

    @app.errorhandler(OptionError)
    def refuse_option(error: OptionError) -> Refusal:
        refused("bad_option")
        return {"error": str(error)}, 422
