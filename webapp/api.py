"""The HTTP API: one POST carries the photo, its answer carries the painting."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial
from logging import Logger
from socket import SHUT_RDWR, socket
from typing import IO, Any, Final, cast

from flask import Blueprint, Response, current_app, request
from PIL import Image
from werkzeug.exceptions import RequestEntityTooLarge

from cyclegan.painter import FULL, PASSES, SIZE, STRENGTH, OptionError, PaintingOptions, Step, describe, parse_size
from cyclegan.pictures import SAVE_OPTIONS, encode
from webapp.addresses import client_of
from webapp.admission import Admission, BusyError, GoneError, Place, TooLongError, Waiting
from webapp.client import CLIENT_GONE, SlowClientError, receiving, watch
from webapp.intake import IntakeError, read_photo
from webapp.security import ManyFieldsError
from webapp.settings import Settings
from webapp.telemetry import painted, refused, stage
from webapp.texts import texts_for
from webapp.texts.texts import Sentences

EVENT_STREAM = "text/event-stream"
DEFAULT_FORMAT: Final = "png"
UPLOAD_LIMIT: Final = 60  # seconds; whoever sends more slowly would keep a place from the others
# Bytes of a painting that become base64 at a time; a multiple of three, so that the pieces join without padding.
PIECE: Final = 3 * 2**16

blueprint = Blueprint("api", __name__)


@blueprint.get("/healthz")
def health() -> dict[str, str]:
    return {"status": "ok"}


@blueprint.post("/api/paint")
def paint() -> Response:
    """The painting's bytes or, where the client accepts an event stream, its progress and then the painting."""
    settings = cast(Settings, current_app.extensions["settings"])
    with ExitStack() as leaving:
        place = leaving.enter_context(closing(arrive()))
        upload = read_upload()
        options = _read_options()
        file_format = _read_format()
        longer_side = None if options.size == FULL else options.size
        photo = place.decode(lambda: read_photo(upload, settings.max_pixels, longer_side), options)
        if request.accept_mimetypes.best_match([_media_type(file_format), EVENT_STREAM]) == EVENT_STREAM:
            sentences = texts_for(request).sentences
            events = _paint_events(place, photo, options, file_format, sentences, current_app.logger)
            # A proxy that gathers the whole response before it passes it on would hold back the progress.
            response = Response(events, mimetype=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})
            response.call_on_close(leaving.pop_all().close)
            return response
        painting = place.paint(photo, options)
        place.pass_on(painting)  # who receives it slowly must not keep the others waiting
        file = _encode(painting, file_format)
        place.hold(file)
        response = Response(
            file,
            mimetype=_media_type(file_format),
            headers={"Content-Disposition": f"inline; filename=monet.{file_format}"},
        )
        response.call_on_close(leaving.pop_all().close)
        return response


def arrive() -> Place:
    """A place in line for the client of this request, before its body is read. Raises BusyError."""
    admission = cast(Admission, current_app.extensions["admission"])
    return admission.arrive(client_of(request), watch(request.environ), partial(hang_up, request.environ))


def hang_up(environ: dict[str, Any]) -> None:
    """On the client of a WSGI request: whatever is still being sent to it ends."""
    connection: socket | None = environ.get("gunicorn.socket")
    if connection is not None:
        with suppress(OSError):  # it has done so itself
            connection.shutdown(SHUT_RDWR)


@blueprint.app_errorhandler(BusyError)
def refuse_place(error: BusyError) -> tuple[dict[str, str], int, dict[str, str]]:
    refused("busy")
    sentence = texts_for(request).sentences.busy.format(seconds=error.retry_after)
    return {"error": sentence}, 503, {"Retry-After": str(error.retry_after)}


@blueprint.app_errorhandler(GoneError)
def note_absence(_: GoneError) -> tuple[str, int]:
    """Only the log will read it."""
    refused("gone")
    return "", CLIENT_GONE


@blueprint.app_errorhandler(TooLongError)
def give_up(_: TooLongError) -> tuple[dict[str, str], int]:
    refused("too_long")
    return {"error": texts_for(request).sentences.too_long}, 503


@blueprint.errorhandler(IntakeError)
def refuse_photo(error: IntakeError) -> tuple[dict[str, str], int]:
    refused(error.name)
    return {"error": error.sentence(texts_for(request))}, error.status


@blueprint.errorhandler(OptionError)
def refuse_option(error: OptionError) -> tuple[dict[str, str], int]:
    refused("bad_option")
    return {"error": str(error)}, 422


def read_upload() -> IO[bytes]:
    """The photo of a request. Raises IntakeError where it has none or several, or it does not come in time."""
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


def _read_options() -> PaintingOptions:
    bounds = {"passes": PASSES, "strength": STRENGTH, "size": SIZE}
    defaults = {name: str(getattr(PaintingOptions, name)) for name in bounds}
    numbers = {name: _parse(name, _read_field(name, defaults[name]), bounds[name]) for name in bounds}
    return PaintingOptions(**numbers, brush=_read_field("brush", PaintingOptions.brush))


def _read_field(name: str, default: str) -> str:
    values = request.form.getlist(name)
    if len(values) > 1 or name in request.files:
        raise OptionError(f"{name} must be given once, as text.")
    return values[0] if values else default


def _parse(name: str, text: str, bounds: range) -> Any:
    try:
        return parse_size(text) if name == "size" else int(text)
    except ValueError as error:
        raise OptionError(f"{name} must be {describe(name, bounds)}.") from error


def _read_format() -> str:
    file_format = _read_field("format", DEFAULT_FORMAT)
    if file_format not in SAVE_OPTIONS:
        raise OptionError(f"format must be one of {', '.join(SAVE_OPTIONS)}.")
    return file_format


def _encode(painting: Image.Image, file_format: str) -> bytes:
    with stage("encode"):
        file = encode(painting, file_format)
    painted()
    return file


def _media_type(file_format: str) -> str:
    return f"image/{file_format}"


def _paint_events(
    place: Place, photo: Image.Image, options: PaintingOptions, file_format: str, sentences: Sentences, logger: Logger
) -> Iterator[str]:
    try:
        with closing(place.steps(photo, options)) as steps:
            for step in steps:
                if isinstance(step, Waiting):
                    yield _event("queued", {"position": step.position})
                else:
                    yield _event("progress", {"done": step.done, "total": step.total})
        painting = cast(Image.Image, cast(Step, step).painting)
        place.pass_on(painting)  # who receives it slowly must not keep the others waiting
        about = {"type": _media_type(file_format), "width": painting.width, "height": painting.height}
        file = _encode(painting, file_format)
        place.hold(file)
        del photo, step, painting  # a client may take long to receive it
        yield from _painting_event(about, file)
    except (GoneError, GeneratorExit):  # noticed by us, or by the server
        refused("gone")
    except TooLongError:
        refused("too_long")
        yield _event("error", {"error": sentences.too_long})
    except Exception:
        # The status has gone out as 200: only an event can still tell the client.
        refused("failed")
        logger.exception("A painting failed.")
        yield _event("error", {"error": sentences.painting_failed})
    finally:
        place.close()


def _painting_event(about: dict[str, Any], file: bytes) -> Iterator[str]:
    """The event in pieces: every step that a whole one takes on its way out would copy it."""
    yield f'event: painting\ndata: {json.dumps(about)[:-1]}, "data": "'
    for start in range(0, len(file), PIECE):
        yield base64.b64encode(file[start : start + PIECE]).decode("ascii")
    yield '"}\n\n'


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
