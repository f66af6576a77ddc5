"""Serves the page about the HTTP API for people: the description from openapi.py, and examples to copy."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from string import Template
from typing import Final, NamedTuple, cast

from flask import Blueprint, Response, current_app, make_response, render_template, request

from webapp.api.openapi import STREAM, Part, describe, event_name, limits_of
from webapp.pages.frame import navbar
from webapp.pages.prerender import to_html
from webapp.settings import Settings
from webapp.texts import LANGUAGES, language_of
from webapp.texts.schema import ApiTexts

ADDRESS: Final = "/api"
WATCHED: Final = ("/healthz", "/metrics")  # for operators and their monitors
EXAMPLES: Final = {
    "curl": """\
curl -F photo=@me.jpg -F passes=2 -F format=jpeg \\
  $server/api/paint -o monet.jpg""",
    "python": """\
import requests

with open("me.jpg", "rb") as photo:
    response = requests.post(
        "$server/api/paint",
        files={"photo": photo},
        data={"passes": 2, "format": "jpeg"},
    )
if not response.ok:
    raise SystemExit(response.json()["error"])
with open("monet.jpg", "wb") as painting:
    painting.write(response.content)""",
    "javascript": """\
import { readFile, writeFile } from "node:fs/promises";

const form = new FormData();
form.set("photo", new Blob([await readFile("me.jpg")]), "me.jpg");
form.set("passes", 2);
form.set("format", "jpeg");
const response = await fetch("$server/api/paint", { method: "POST", body: form });
if (!response.ok) throw new Error((await response.json()).error);
await writeFile("monet.jpg", response.body);""",
    "follow": """\
curl -N -H "Accept: text/event-stream" -F photo=@me.jpg \\
  $server/api/paint""",
    "look": """\
curl -F photo=@me.jpg $server/api/inside -o inside.json""",
}

blueprint = Blueprint("api_page", __name__)


class Field(NamedTuple):
    name: str
    values: str
    otherwise: str  # the default, or that the field is required
    text: str


class Event(NamedTuple):
    name: str
    text: str
    data: dict[str, str]  # property → its description


def api_page() -> Response:
    settings, code = cast(Settings, current_app.extensions["settings"]), language_of(request)
    texts, description = LANGUAGES[code], describe(settings, code)
    paint, inside = (description["paths"][path]["post"] for path in ("/api/paint", "/api/inside"))
    server = settings.url or f"http://localhost:{settings.port}"
    response = make_response(
        render_template(
            "api.html",
            texts=texts,
            words=texts.api,
            server=server,
            languages=LANGUAGES,
            navbar=to_html(navbar(ADDRESS, texts, request.path.removesuffix(ADDRESS))),
            script_texts=json.dumps(asdict(texts.script), ensure_ascii=False),
            examples={name: Template(text).substitute(server=server) for name, text in EXAMPLES.items()},
            fields=fields(paint, texts.api),
            files=[name for name in paint["responses"]["200"]["content"] if name.startswith("image/")],
            stream=STREAM.rstrip(),
            events=events(description, texts.api),
            refusal=json.dumps({"error": texts.sentences.not_a_picture}, ensure_ascii=False),
            refusals=refusals(description, paint),
            terms=texts.api.terms.format(**limits_of(settings)),
            inside=inside["description"],
            watched={path: description["paths"][path]["get"] for path in WATCHED if path in description["paths"]},
            found=dict(flatten(description, description["components"]["schemas"]["Inside"])),
        )
    )
    response.vary.add("Accept-Language")
    return response


for prefix in ("", *(f"/{code}" for code in LANGUAGES)):
    blueprint.add_url_rule(prefix + ADDRESS, view_func=api_page)


def fields(operation: Part, texts: ApiTexts) -> list[Field]:
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    return [
        Field(
            name,
            values(schema, texts),
            texts.required if name in form["required"] else texts.default.format(value=schema["default"]),
            schema["description"],
        )
        for name, schema in form["properties"].items()
    ]


def values(schema: Part, texts: ApiTexts) -> str:
    if "anyOf" in schema:
        return ", ".join(values(choice, texts) for choice in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']}–{schema['maximum']}"
    return str(schema.get("const", texts.file))


def events(description: Part, texts: ApiTexts) -> list[Event]:
    schemas = [description["components"]["schemas"][event_name(name)] for name in texts.events]
    return [
        Event(
            schema["properties"]["event"]["const"],
            schema["description"],
            dict(flatten(description, schema["properties"]["data"]["contentSchema"])),
        )
        for schema in schemas
    ]


def refusals(description: Part, operation: Part) -> dict[str, str]:
    """Returns status → the description of when it occurs."""
    return {
        status: resolve(description, response)["description"]
        for status, response in operation["responses"].items()
        if int(status) >= 400
    }


def flatten(description: Part, schema: Part, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yields each property of an object, nested ones included, with its description."""
    for name, part in schema["properties"].items():
        yield prefix + name, part["description"]
        inner = resolve(description, part)
        if "properties" in inner.get("items", {}) or "$ref" in inner.get("items", {}):
            yield from flatten(description, resolve(description, inner["items"]), f"{prefix}{name}[].")
        elif "properties" in inner:
            yield from flatten(description, inner, f"{prefix}{name}.")


def resolve(description: Part, part: Part) -> Part:
    if "$ref" not in part:
        return part
    for name in part["$ref"].removeprefix("#/").split("/"):
        description = description[name]
    return description
