"""POST /api/paint: the request carries the photo, the response carries the painting."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from logging import Logger
from typing import Any, Final, cast

from flask import Blueprint, Response, current_app, request
from PIL import Image

from cyclegan.paint.options import (
    DETAIL,
    FULL,
    PASSES,
    SIZE,
    STRENGTH,
    OptionError,
    PaintingOptions,
    describe,
    parse_size,
)
from cyclegan.paint.painter import Step
from cyclegan.pictures import SAVE_OPTIONS, encode
from cyclegan.reading.read import noticed_of
from webapp.api.upload import join_queue, read_upload
from webapp.intake.photo import read_photo
from webapp.observe.trace import painted, refused, stage
from webapp.queue.admission import GoneError, Place, TooLongError, Waiting
from webapp.settings import Settings
from webapp.texts import texts_for
from webapp.texts.schema import Sentences

EVENT_STREAM = "text/event-stream"
NOTICES: Final = "X-Notices"  # the header that says how the photo was read
DEFAULT_FORMAT: Final = "png"
# Bytes of a painting that are encoded as base64 at a time: a multiple of three, so that no piece is padded.
PIECE: Final = 3 * 2**16

blueprint = Blueprint("paint", __name__)


@blueprint.post("/api/paint")
def paint() -> Response:
    """Responds with the painting's bytes, or with an event stream if the client prefers one."""
    settings = cast(Settings, current_app.extensions["settings"])
    with ExitStack() as leaving:
        place = leaving.enter_context(closing(join_queue()))
        upload = read_upload()
        options = _read_options()
        file_format = _read_format()
        longer_side = None if options.size == FULL else options.size
        photo = place.decode(lambda: read_photo(upload, settings.max_pixels, longer_side), options)
        noticed = noticed_of(photo)
        if request.accept_mimetypes.best_match([_media_type(file_format), EVENT_STREAM]) == EVENT_STREAM:
            sentences = texts_for(request).sentences
            events = _paint_events(place, photo, options, file_format, sentences, current_app.logger)
            # Tells proxies not to buffer the response, which would hold back the progress.
            response = Response(events, mimetype=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})
            response.call_on_close(leaving.pop_all().close)
            return response
        painting = place.paint(photo, options)
        place.pass_on(painting)  # a slow receiver must not keep the others waiting
        file = _encode(painting, file_format)
        place.hold(file)
        response = Response(
            file,
            mimetype=_media_type(file_format),
            headers={
                "Content-Disposition": f"inline; filename=monet.{file_format}",
                **({NOTICES: ", ".join(noticed)} if noticed else {}),
            },
        )
        response.call_on_close(leaving.pop_all().close)
        return response


def _read_options() -> PaintingOptions:
    bounds = {"passes": PASSES, "strength": STRENGTH, "detail": DETAIL, "size": SIZE}
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
    noticed = noticed_of(photo)
    try:
        with closing(place.steps(photo, options)) as steps:
            for step in steps:
                if isinstance(step, Waiting):
                    yield _event("queued", {"position": step.position})
                else:
                    yield _event("progress", {"done": step.done, "total": step.total})
        painting = cast(Image.Image, cast(Step, step).painting)
        place.pass_on(painting)  # a slow receiver must not keep the others waiting
        about = {
            "type": _media_type(file_format),
            "width": painting.width,
            "height": painting.height,
            "notices": [getattr(sentences, notice) for notice in noticed],
        }
        file = _encode(painting, file_format)
        place.hold(file)
        del photo, step, painting  # a client may take long to receive the file
        yield from _painting_event(about, file)
    except (GoneError, GeneratorExit):  # noticed here, or by the server
        refused("gone")
    except TooLongError:
        refused("too_long")
        yield _event("error", {"error": sentences.too_long})
    except Exception:
        # The status was sent as 200, so only an event can still tell the client.
        refused("failed")
        logger.exception("A painting failed.")
        yield _event("error", {"error": sentences.painting_failed})
    finally:
        place.close()


def _painting_event(about: dict[str, Any], file: bytes) -> Iterator[str]:
    """Yields the event in pieces: each layer that a whole event passes on its way out would copy it."""
    yield f'event: painting\ndata: {json.dumps(about)[:-1]}, "data": "'
    for start in range(0, len(file), PIECE):
        yield base64.b64encode(file[start : start + PIECE]).decode("ascii")
    yield '"}\n\n'


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
