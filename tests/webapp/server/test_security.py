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

from patience import PATIENCE
from uploads import form
from webapp import create_app
from webapp.settings import MAX_UPLOAD_BYTES, Settings

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("path", ["/", "/architecture", "/healthz", "/nothing", "/assets/latest/styles/base.css"])
def test_every_response_has_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_browsers_that_connect_over_tls_are_told_to_use_nothing_else(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    response = client.get("/healthz", base_url="https://localhost")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


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
def test_requests_from_other_sites_are_refused(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, headers=headers)
    assert response.status_code == 403
    assert "This request came from a page of another site." in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://behind.a.proxy"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
    ],
)
def test_requests_from_our_pages_and_other_clients_are_accepted(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/api/paint", headers=headers).status_code == 415


def test_the_policy_allows_only_our_own_scripts_and_hashes(client: FlaskClient) -> None:
    directives = client.get("/").headers["Content-Security-Policy"].split("; ")
    script, *sources = next(directive for directive in directives if directive.startswith("script-src")).split()
    assert script == "script-src"
    assert sources[0] == "'self'"
    assert sources[1:]
    assert all(source.startswith("'sha256-") for source in sources[1:])


def test_the_policy_forbids_eval_and_style_attributes(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "style-src-attr 'none'" in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/architecture/more", "/index.html", "/assets/nothing.css", "/_dash-component-suites/dash/nothing.js"],
)
def test_an_unknown_address_shows_a_page_with_a_link_home(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert 'href="/"' in response.text


def test_an_error_page_does_not_repeat_the_address(client: FlaskClient) -> None:
    assert "script>alert" not in client.get("/<script>alert(1)</script>").text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_of_the_api_returns_json(client: FlaskClient, method: str) -> None:
    response = client.open("/api/nothing", method=method)
    assert response.status_code == 404
    assert response.json == {"error": "There is nothing at this address."}


def test_a_wrong_method_gets_405_and_the_allowed_methods(client: FlaskClient) -> None:
    response = client.get("/api/paint")
    assert response.status_code == 405
    assert response.json == {"error": "This address does not support that method."}
    assert "POST" in response.headers["Allow"]


def test_a_server_error_reveals_no_internals(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret")

    monkeypatch.setitem(app.view_functions, "health.health", fail)
    response = app.test_client().get("/healthz")
    assert response.status_code == 500
    assert "secret" not in response.text


@pytest.mark.parametrize(
    "origin", ["http://[", "http://]", "http://[::1", "http://\x00", "//", "http://localhost:x", ""]
)
def test_an_invalid_origin_counts_as_another_site(client: FlaskClient, origin: str) -> None:
    assert client.post("/api/paint", headers={"Origin": origin}).status_code == 403


FORGED: Final = "forged.example"


@pytest.fixture
def behind_a_proxy() -> Client:
    """Returns a client of a proxy that passes on any Host."""
    return Client(create_app(Settings(trusted_proxies=1)))


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
@pytest.mark.parametrize(
    "path", ["/", "/zh/", "/en/architecture", "/api", "/zh/api", "/zh", "/api/openapi.json", "/no"]
)
def test_a_forged_host_is_not_shown(behind_a_proxy: Client, path: str, header: str) -> None:
    response = behind_a_proxy.get(path, headers={header: FORGED})
    assert FORGED not in response.text
    assert FORGED not in str(response.headers)


def test_a_redirect_names_no_host(behind_a_proxy: Client) -> None:
    response = behind_a_proxy.get("/zh?from=here", headers={"Host": FORGED})
    assert response.status_code == 308
    assert response.headers["Location"] == "/zh/?from=here"


@pytest.mark.parametrize("host", ["", "[::1", "a b", "forged.example@x", "x:y", "\xff"])
def test_an_invalid_host_causes_no_server_error(client: FlaskClient, host: str) -> None:
    for path in ("/", "/api", "/zh", "/healthz"):
        assert client.get(path, headers={"Host": host}).status_code < 500


def test_too_many_or_too_long_fields_have_a_sentence_of_their_own(client: FlaskClient) -> None:
    for fields in ({f"field{number}": "" for number in range(1001)}, {"note": "long" * 10**6}):
        body, media_type = form(b"no photo", **fields)
        response = client.post("/api/paint", data=body, content_type=media_type)
        assert response.status_code == 413
        assert response.json == {
            "error": "The form has too many fields, or fields that are too long. Send only the photo and its options."
        }


def test_an_upload_that_is_too_large_is_refused_even_if_it_states_no_length(client: FlaskClient) -> None:
    body, media_type = form(bytes(MAX_UPLOAD_BYTES))
    for extra in ({}, {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}):
        response = client.post("/api/paint", data=body, content_type=media_type, environ_overrides=extra)
        assert response.status_code == 413
        assert response.json == {"error": "The upload is too large. Send a smaller photo."}


@pytest.mark.parametrize(("engine", "other"), [("torchscript", "openvino"), ("openvino", "torch")])
def test_serving_loads_no_training_code_and_no_other_engine(photo: Image.Image, engine: str, other: str) -> None:
    """Runs in a process of its own, since the tests themselves load all of these modules."""
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
        timeout=PATIENCE,
    )
    assert ended.stdout == b"[]\n"
