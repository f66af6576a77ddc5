"""Requests to Dash's own route: those of its renderer, and all others."""

import json
from copy import deepcopy
from html import unescape
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from renderer import BODY, ROUTE

# Values that the renderer sends, and others.
VALUES: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=9)
    | st.sampled_from(["_pages_content", "_pages_location", "children", "pathname", "_pages_dummy.children"])
)
JSON: Final = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "property", "value", *BODY]), inner, max_size=4)
    ),
    max_leaves=12,
)


CLIENTS: Final = (f"192.0.{number >> 8}.{number & 255}" for number in range(2**16))  # one address would be rate-limited


def post(client: FlaskClient, body: bytes, media_type: str = "application/json") -> TestResponse:
    address = {"REMOTE_ADDR": next(CLIENTS)}
    return client.post(ROUTE, data=body, content_type=media_type, environ_overrides=address)


def changed(name: str, value: Any) -> dict[str, Any]:
    return {**deepcopy(BODY), name: value}


def test_a_callback_of_a_page_is_run(client: FlaskClient) -> None:
    response = post(client, json.dumps(BODY).encode())
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["response"]["_pages_content"]["children"]["props"]["lang"] == "zh-Hans"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"{}",
        b"[" * 60_000,
        json.dumps(changed("output", "nothing.known")).encode(),
        json.dumps(changed("output", "_pages_dummy.children")).encode(),
        json.dumps(changed("output", [])).encode(),
        json.dumps(changed("outputs", [])).encode(),
        json.dumps(changed("inputs", BODY["inputs"][:1])).encode(),
        json.dumps(changed("inputs", [*BODY["inputs"], BODY["inputs"][0]])).encode(),
        json.dumps(changed("state", 1)).encode(),
        json.dumps(changed("changedPropIds", 1)).encode(),
        json.dumps(changed("changedPropIds", [{}])).encode(),
        json.dumps(BODY).replace("/zh/", "zh/").encode(),
    ],
    ids=lambda body: body[:30].decode(errors="replace"),
)
def test_a_body_that_no_page_sends_is_a_bad_request(client: FlaskClient, body: bytes) -> None:
    response = post(client, body)
    assert response.status_code == 400
    assert "We couldn't read this request. Reload the page and try again." in unescape(response.text)


@pytest.mark.parametrize("name", ["output", "outputs", "inputs"])
def test_no_part_of_the_body_may_be_missing(client: FlaskClient, name: str) -> None:
    body = {key: value for key, value in BODY.items() if key != name}
    assert post(client, json.dumps(body).encode()).status_code == 400


@pytest.mark.parametrize("part", ["id", "property", "value"])
@pytest.mark.parametrize("value", [None, 1, {}, []])
def test_an_input_must_consist_of_strings(client: FlaskClient, part: str, value: Any) -> None:
    body = deepcopy(BODY)
    body["inputs"][0][part] = value
    assert post(client, json.dumps(body).encode()).status_code == 400
    del body["inputs"][0][part]
    assert post(client, json.dumps(body).encode()).status_code == 400


def test_a_body_that_is_not_json_is_refused(client: FlaskClient) -> None:
    assert post(client, json.dumps(BODY).encode(), "text/plain").status_code == 415


@settings(max_examples=300)
@given(name=st.sampled_from([*BODY, "state"]), value=JSON)
def test_no_body_causes_a_server_error(app: Flask, name: str, value: Any) -> None:
    client = app.test_client()
    assert post(client, json.dumps(changed(name, value)).encode()).status_code in (200, 400)


@settings(max_examples=300)
@given(address=st.text(), search=st.text())
def test_no_path_or_query_of_a_page_causes_a_server_error(app: Flask, address: str, search: str) -> None:
    body = deepcopy(BODY)
    body["inputs"][0]["value"], body["inputs"][1]["value"] = f"/{address}", f"?{search}"
    assert post(app.test_client(), json.dumps(body).encode()).status_code == 200
