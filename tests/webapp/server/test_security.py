import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import Client

from uploads import form
from webapp import create_app
from webapp.settings import MAX_UPLOAD_BYTES, Settings

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("path", ["/", "/architecture", "/healthz", "/nothing", "/assets/latest/styles/base.css"])
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_browsers_that_have_come_by_tls_are_told_to_come_by_nothing_else(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    answer = client.get("/healthz", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/api/paint", "/api/inside", "/_dash-update-component"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.elsewhere.example"},
    ],
)
def test_the_page_of_another_site_can_ask_for_nothing(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.post(path, headers=headers)
    assert answer.status_code == 403
    assert "This request came from a page of another site." in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://behind.a.proxy"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
    ],
)
def test_our_own_pages_and_what_is_no_browser_can(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/api/paint", headers=headers).status_code == 415


def test_scripts_are_our_own_or_named_by_their_hash(client: FlaskClient) -> None:
    directives = client.get("/").headers["Content-Security-Policy"].split("; ")
    script, *sources = next(directive for directive in directives if directive.startswith("script-src")).split()
    assert script == "script-src"
    assert sources[0] == "'self'"
    assert sources[1:]
    assert all(source.startswith("'sha256-") for source in sources[1:])


def test_nothing_evaluates_text_and_no_attribute_carries_styles(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "style-src-attr 'none'" in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/architecture/more", "/index.html", "/assets/nothing.css", "/_dash-component-suites/dash/nothing.js"],
)
def test_an_unknown_address_answers_a_page_with_a_way_home(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert 'href="/"' in answer.text


def test_what_was_asked_for_is_not_repeated(client: FlaskClient) -> None:
    assert "script>alert" not in client.get("/<script>alert(1)</script>").text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_of_the_api_answers_json(client: FlaskClient, method: str) -> None:
    answer = client.open("/api/nothing", method=method)
    assert answer.status_code == 404
    assert answer.json == {"error": "There is nothing at this address."}


def test_a_wrong_method_is_told_which_are_right(client: FlaskClient) -> None:
    answer = client.get("/api/paint")
    assert answer.status_code == 405
    assert answer.json == {"error": "This address does not support that method."}
    assert "POST" in answer.headers["Allow"]


def test_an_error_of_ours_says_nothing_of_the_inside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret")

    monkeypatch.setitem(app.view_functions, "health.health", fail)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "origin", ["http://[", "http://]", "http://[::1", "http://\x00", "//", "http://localhost:x", ""]
)
def test_an_origin_that_is_no_address_is_another_site(client: FlaskClient, origin: str) -> None:
    assert client.post("/api/paint", headers={"Origin": origin}).status_code == 403


FORGED: Final = "forged.example"


@pytest.fixture
def behind_a_proxy() -> Client:
    """One that passes on what clients say of the host."""
    return Client(create_app(Settings(trusted_proxies=1)))


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
@pytest.mark.parametrize(
    "path", ["/", "/zh/", "/en/architecture", "/api", "/zh/api", "/zh", "/api/openapi.json", "/no"]
)
def test_a_forged_host_is_not_shown(behind_a_proxy: Client, path: str, header: str) -> None:
    answer = behind_a_proxy.get(path, headers={header: FORGED})
    assert FORGED not in answer.text
    assert FORGED not in str(answer.headers)


def test_a_redirect_stays_where_it_is(behind_a_proxy: Client) -> None:
    answer = behind_a_proxy.get("/zh?from=here", headers={"Host": FORGED})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/zh/?from=here"


@pytest.mark.parametrize("host", ["", "[::1", "a b", "forged.example@x", "x:y", "\xff"])
def test_a_host_that_is_none_is_no_error_of_ours(client: FlaskClient, host: str) -> None:
    for path in ("/", "/api", "/zh", "/healthz"):
        assert client.get(path, headers={"Host": host}).status_code < 500


def test_too_many_fields_and_too_long_ones_are_called_so(client: FlaskClient) -> None:
    for fields in ({f"field{number}": "" for number in range(1001)}, {"note": "long" * 10**6}):
        body, media_type = form(b"no photo", **fields)
        answer = client.post("/api/paint", data=body, content_type=media_type)
        assert answer.status_code == 413
        assert answer.json == {
            "error": "The form has too many fields, or fields that are too long. Send only the photo and its options."
        }


def test_an_upload_that_is_too_large_is_called_so_even_where_its_length_was_not_said(client: FlaskClient) -> None:
    body, media_type = form(bytes(MAX_UPLOAD_BYTES))
    for extra in ({}, {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}):
        answer = client.post("/api/paint", data=body, content_type=media_type, environ_overrides=extra)
        assert answer.status_code == 413
        assert answer.json == {"error": "The upload is too large. Send a smaller photo."}


@pytest.mark.parametrize(("engine", "other"), [("torchscript", "openvino"), ("openvino", "torch")])
def test_serving_loads_no_training_code_and_no_other_engine(photo: Image.Image, engine: str, other: str) -> None:
    """In a process of its own: the tests themselves load all of it."""
    unwanted = ["torchvision", "tensorboard", "cyclegan.train", "cyclegan.evaluate", "cyclegan.export"]
    unwanted += ["cyclegan.checkpoints", other]
    upload = BytesIO()
    photo.save(upload, "JPEG")
    program = (
        "import io, sys, webapp; client = webapp.create_app().test_client();"
        "assert client.get('/architecture').status_code == 200;"
        "upload = (io.BytesIO(sys.stdin.buffer.read()), 'photo.jpg');"
        "assert client.post('/api/paint', data={'photo': upload}).status_code == 200;"
        f"print([name for name in {unwanted} if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={**os.environ, "ENGINE": engine},
        input=upload.getvalue(),
        capture_output=True,
        check=True,
        timeout=300,
    )
    assert ended.stdout == b"[]\n"
