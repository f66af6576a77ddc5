"""Describes the HTTP API as OpenAPI 3.1, from the same constants that the code uses."""

import json
from functools import cache
from typing import Any, Final, cast

from flask import Blueprint, Response, current_app, request
from PIL import Image

from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import DETAIL, FULL, PASSES, SIZE, STRENGTH, PaintingOptions
from cyclegan.pictures import SAVE_OPTIONS
from cyclegan.reading.formats import FORMATS
from webapp.api.inspect import LEAST_SIDE, SIDE
from webapp.api.paint import DEFAULT_FORMAT, EVENT_STREAM, NOTICES
from webapp.settings import Settings
from webapp.texts import LANGUAGES, language_of
from webapp.texts.schema import ApiTexts, OperationText

# The version in pyproject.toml. The images contain the code but no installed package that could tell it.
VERSION: Final = "0.1.0"
LIFETIME: Final = 3600  # seconds for which clients may cache a description
REFUSALS: Final = (400, 403, 408, 413, 415, 429, 500, 503)  # of every route that takes a photo
RETRIED: Final = (429, 503)  # may have a Retry-After header
STREAM: Final = """\
event: queued
data: {"position": 1}

event: progress
data: {"done": 0, "total": 1}

event: progress
data: {"done": 1, "total": 1}

event: painting
data: {"type": "image/png", "width": 512, "height": 341, "notices": [], "data": "iVBORw0KGgo="}

"""

Part = dict[str, Any]  # of the description
TEXT: Final[Part] = {"type": "string"}
COUNT: Final[Part] = {"type": "integer", "minimum": 0}
POSITIVE: Final[Part] = {"type": "integer", "minimum": 1}
DATA_URL: Final[Part] = {"type": "string", "format": "uri"}

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """Responds with the description in the language of the request."""
    settings = cast(Settings, current_app.extensions["settings"])
    text = json.dumps(describe(settings, language_of(request)), ensure_ascii=False)
    response = Response(text, mimetype="application/json")
    response.cache_control.public = True
    response.cache_control.max_age = LIFETIME
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def describe(settings: Settings, language: str) -> Part:
    texts = LANGUAGES[language].api
    limits = limits_of(settings)
    refusals = {status: text.format(**limits) for status, text in texts.refusals.items()}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": f"Make-A-Monet {texts.title}",
            "version": VERSION,
            "description": texts.lead,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/paint": {"post": _paint(texts, texts.form["photo"].format(**limits))},
            "/api/inside": {"post": _look_inside(texts)},
            "/healthz": {"get": _health(texts)},
            "/api/openapi.json": {"get": _openapi(texts)},
            **({"/metrics": {"get": _metrics(texts, bool(settings.metrics_token))}} if settings.metrics else {}),
        },
        "components": {
            "parameters": {"AcceptLanguage": _accept_language(texts)},
            "headers": _headers(texts.headers),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": texts.bearer}},
            "responses": {f"Refusal{status}": _refusal(int(status), text) for status, text in refusals.items()},
            "schemas": {
                "Error": _object({"error": TEXT | {"description": texts.error}}),
                **_events(texts),
                **_maps(texts.layers),
            },
        },
    }


def limits_of(settings: Settings) -> dict[str, str]:
    """Returns the values that are filled into texts."""
    return {
        "megabytes": f"{settings.max_upload_bytes / 2**20:g}",
        "megapixels": f"{settings.max_pixels / 1e6:g}",
        "seconds": str(settings.max_wait),
        "paintings": str(settings.paintings_per_minute),
    }


def _paint(texts: ApiTexts, photo: str) -> Part:
    defaults = PaintingOptions()
    options = {
        "passes": _whole(PASSES) | {"default": defaults.passes},
        "strength": _whole(STRENGTH) | {"default": defaults.strength},
        "detail": _whole(DETAIL) | {"default": defaults.detail},
        "size": {"anyOf": [_whole(SIZE), {"type": "string", "const": FULL}], "default": defaults.size},
        "brush": {"type": "string", "enum": list(BRUSHES), "default": defaults.brush},
        "format": {"type": "string", "enum": list(SAVE_OPTIONS), "default": DEFAULT_FORMAT},
    }
    # OpenAPI 3.1 has no keyword for events, so the schema describes a single event.
    events = {"description": texts.stream, "oneOf": [_reference("schemas", event_name(name)) for name in texts.events]}
    painting = {
        "description": texts.paint_response,
        "headers": _named("Content-Disposition", NOTICES),
        "content": {
            **{f"image/{name}": {} for name in SAVE_OPTIONS},
            EVENT_STREAM: {"schema": events, "example": STREAM},
        },
    }
    return _operation("paint", texts.paint, painting, (*REFUSALS, 422)) | _upload(photo, _said(options, texts.form))


def _look_inside(texts: ApiTexts) -> Part:
    words = OperationText(texts.inside.summary, texts.inside.text.format(side=SIDE, least=LEAST_SIDE))
    found = _json(texts.inside_response, _reference("schemas", "Inside"))
    return _operation("inside", words, found, REFUSALS) | _upload(texts.inside_photo, {})


def _health(texts: ApiTexts) -> Part:
    well = _object({"status": {"type": "string", "const": "ok"}})
    return _operation("health", texts.health, _json(texts.health_response, well))


def _openapi(texts: ApiTexts) -> Part:
    described = _json(texts.document_response, {"type": "object"}) | {"headers": _named("ETag")}
    operation = _operation("openapi", texts.document, described)
    operation["responses"]["304"] = {"description": texts.unchanged, "headers": _named("X-Request-ID", "ETag")}
    return operation | {"parameters": [_reference("parameters", "AcceptLanguage")]}


def _metrics(texts: ApiTexts, asks_for_token: bool) -> Part:
    found = {"description": texts.metrics_response, "content": {"text/plain": {"schema": TEXT}}}
    operation = _operation("metrics", texts.metrics, found)
    if asks_for_token:
        operation["security"] = [{"token": []}]
    operation["responses"]["401" if asks_for_token else "403"] = {
        "description": texts.bearer if asks_for_token else texts.elsewhere,
        "headers": _named("X-Request-ID"),
        "content": {"text/html": {"schema": TEXT}},
    }
    return operation


def _operation(name: str, words: OperationText, response: Part, refusals: tuple[int, ...] = ()) -> Part:
    response["headers"] = _named("X-Request-ID") | response.get("headers", {})
    responses = {str(status): _reference("responses", f"Refusal{status}") for status in sorted(refusals)}
    return {
        "operationId": name,
        "summary": words.summary,
        "description": words.text,
        "responses": {"200": response, **responses},
    }


def _upload(description: str, options: Part) -> Part:
    """Returns the additional parts of an operation that takes a form with a photo."""
    Image.init()  # otherwise Pillow knows the media types of only some formats
    encoding = {"photo": {"contentType": ", ".join(Image.MIME[name] for name in FORMATS)}}
    photo = {"type": "string", "contentMediaType": "application/octet-stream", "description": description}
    form = {"type": "object", "required": ["photo"], "properties": {"photo": photo, **options}}
    return {
        "parameters": [_reference("parameters", "AcceptLanguage")],
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": form, "encoding": encoding}},
        },
    }


def _accept_language(texts: ApiTexts) -> Part:
    return {
        "name": "Accept-Language",
        "in": "header",
        "description": texts.accept_language,
        "schema": TEXT,
        "example": ", ".join(LANGUAGES),
    }


def _headers(texts: dict[str, str]) -> Part:
    headers: Part = {
        "X-Request-ID": {"required": True, "schema": TEXT},
        "Retry-After": {"schema": POSITIVE},
        "Content-Disposition": {"schema": TEXT},
        NOTICES: {"schema": TEXT},
        "ETag": {"required": True, "schema": TEXT},
    }
    return {name: {"description": texts[name], **header} for name, header in headers.items()}


def _refusal(status: int, text: str) -> Part:
    later = ["Retry-After"] if status in RETRIED else []
    return _json(text, _reference("schemas", "Error")) | {"headers": _named("X-Request-ID", *later)}


def _named(*headers: str) -> Part:
    return {name: _reference("headers", name) for name in headers}


def _events(texts: ApiTexts) -> Part:
    events = {
        "queued": {"position": POSITIVE},
        "progress": {"done": COUNT, "total": POSITIVE},
        "painting": {
            "type": {"type": "string", "enum": [f"image/{name}" for name in SAVE_OPTIONS]},
            "width": POSITIVE,
            "height": POSITIVE,
            "notices": {"type": "array", "items": TEXT},
            "data": {"type": "string", "contentEncoding": "base64"},
        },
        "error": {"error": TEXT},
    }
    return {event_name(name): _event(name, data, texts) for name, data in events.items()}


def _event(name: str, data: Part, texts: ApiTexts) -> Part:
    brought = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": _object(_said(data, texts.event_data)),
    }
    event = _object({"event": {"type": "string", "const": name}, "data": brought})
    return {"description": texts.events[name], **event}


def _maps(texts: dict[str, str]) -> Part:
    """Returns the schemas of the response of /api/inside."""
    layer = {"maps": POSITIVE, "width": POSITIVE, "height": POSITIVE, "columns": POSITIVE, "image": DATA_URL}
    judged = {"mean": {"type": "number"}, "image": DATA_URL}
    judge = {name: _reference("schemas", "Judged") for name in ("photo", "painting")}
    found = {
        "width": POSITIVE,
        "height": POSITIVE,
        "photo": DATA_URL,
        "painting": DATA_URL,
        "layers": {"type": "array", "items": _reference("schemas", "Layer")},
        "judge": _object(_said(judge, texts, "judge.")),
    }
    return {
        "Inside": _object(_said(found, texts)),
        "Layer": _object(_said(layer, texts, "layers.")),
        "Judged": _object(_said(judged, texts)),
    }


def _said(fields: Part, texts: dict[str, str], prefix: str = "") -> Part:
    return {name: {"description": texts[prefix + name], **schema} for name, schema in fields.items()}


def _object(fields: Part) -> Part:
    """Returns the schema of an object in which all fields are required."""
    return {"type": "object", "required": list(fields), "properties": fields}


def _whole(bounds: range) -> Part:
    return {"type": "integer", "minimum": bounds.start, "maximum": bounds.stop - 1}


def _json(description: str, schema: Part) -> Part:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _reference(kind: str, name: str) -> Part:
    return {"$ref": f"#/components/{kind}/{name}"}


def event_name(name: str) -> str:
    return f"{name.capitalize()}Event"
