"""The description of the HTTP API."""

import json
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient

from pictures import landscape
from uploads import file_of
from webapp.api.openapi import STREAM, VERSION, describe
from webapp.settings import Settings
from webapp.texts import LANGUAGES

PROJECT = Path(__file__).resolve().parents[3]
DESCRIPTION = describe(Settings(), "en")
FORM = DESCRIPTION["paths"]["/api/paint"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
PHOTO = file_of(landscape(64, 48), "JPEG")


def paint(client: FlaskClient, **fields: Any) -> int:
    form = {"photo": (BytesIO(PHOTO), "photo.jpg"), **{name: str(value) for name, value in fields.items()}}
    return client.post("/api/paint", data=form).status_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_is_valid_openapi(language: str) -> None:
    schemathesis.openapi.from_dict(describe(Settings(), language)).validate()


def test_the_description_is_served_in_the_language_of_the_request(client: FlaskClient) -> None:
    assert client.get("/api/openapi.json").json == DESCRIPTION
    response = client.get("/api/openapi.json", headers={"Accept-Language": "zh-CN"})
    assert response.mimetype == "application/json"
    assert response.json == describe(Settings(), "zh")
    assert response.json != DESCRIPTION
    assert "Accept-Language" in response.vary


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_a_client_with_the_current_description_gets_304(client: FlaskClient, encoding: str) -> None:
    first = client.get("/api/openapi.json", headers={"Accept-Encoding": encoding})
    assert first.cache_control.public
    again = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
    second = client.get("/api/openapi.json", headers=again)
    assert second.status_code == 304
    assert second.data == b""
    assert client.get("/api/openapi.json", headers={**again, "Accept-Language": "zh"}).status_code == 200


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    served = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/healthz", "/metrics"))
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert served == {(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods}


@pytest.mark.parametrize("field", ["passes", "strength", "detail", "size"])
def test_a_number_is_accepted_exactly_within_its_described_bounds(client: FlaskClient, field: str) -> None:
    schema = FORM["properties"][field]
    bounds = schema.get("anyOf", [schema])[0]
    low, high = bounds["minimum"], bounds["maximum"]
    responses = [paint(client, **{field: value}) for value in (low - 1, low, high, high + 1)]
    assert responses == [422, 200, 200, 422]


@pytest.mark.parametrize("field", ["size", "brush", "format"])
def test_every_described_word_is_accepted(client: FlaskClient, field: str) -> None:
    schema = FORM["properties"][field]
    words = schema.get("enum") or [choice["const"] for choice in schema["anyOf"] if "const" in choice]
    assert [paint(client, **{field: word}) for word in words] == [200] * len(words)


def test_a_missing_field_has_its_described_default(client: FlaskClient) -> None:
    defaults = {name: str(schema["default"]) for name, schema in FORM["properties"].items() if "default" in schema}
    assert defaults.keys() == FORM["properties"].keys() - set(FORM["required"])
    photo = file_of(landscape(700, 80), "JPEG")
    forms: list[dict[str, str]] = [{}, defaults]
    plain, spelt_out = (
        client.post("/api/paint", data={"photo": (BytesIO(photo), "photo.jpg"), **form}) for form in forms
    )
    assert plain.status_code == 200
    assert plain.mimetype == spelt_out.mimetype
    assert plain.data == spelt_out.data


def test_the_described_limits_are_those_of_the_settings() -> None:
    described = json.dumps(describe(Settings(max_upload_bytes=3 * 2**20, max_pixels=12_500_000), "en"))
    assert "3 MB" in described
    assert "12.5 megapixels" in described
    assert "25 MB" not in described


def test_the_example_of_a_stream_matches_its_schema() -> None:
    response = DESCRIPTION["paths"]["/api/paint"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    schema = {**response["schema"], "components": DESCRIPTION["components"]}
    blocks = [block.split("\n") for block in STREAM.strip().split("\n\n")]
    assert response["example"] == STREAM
    for name, data in blocks:
        event = {"event": name.removeprefix("event: "), "data": data.removeprefix("data: ")}
        jsonschema_rs.validate(schema, event)
        described = DESCRIPTION["components"]["schemas"][f"{event['event'].capitalize()}Event"]
        jsonschema_rs.validate(described["properties"]["data"]["contentSchema"], json.loads(event["data"]))


def test_everything_in_the_response_of_inside_is_described(client: FlaskClient) -> None:
    found = client.post("/api/inside", data={"photo": (BytesIO(PHOTO), "photo.jpg")}).json
    schemas = DESCRIPTION["components"]["schemas"]
    assert found is not None
    assert found.keys() == schemas["Inside"]["properties"].keys()
    assert found["layers"][0].keys() == schemas["Layer"]["properties"].keys()
    assert found["judge"]["photo"].keys() == schemas["Judged"]["properties"].keys()


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
