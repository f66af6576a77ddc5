import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import create_environ, run_wsgi_app

from patience import PATIENCE, wait_until
from pictures import landscape
from serving import gunicorn
from uploads import MULTIPART, file_of, form
from webapp.observe import logs, trace
from webapp.observe.logs import JsonFormatter

EVENTS = {"Accept": "text/event-stream"}
NAME = "aunt-mathilda-at-home"
ADDRESS = "192.0.2.77"
ROUNDING = 0.001  # seconds; the log rounds more finely
Line = dict[str, Any]


@pytest.fixture
def lines() -> Iterator[Callable[[], list[Line]]]:
    """Returns the lines that have been logged since the test began."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("webapp")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_request_is_one_line(client: FlaskClient, lines: Callable[[], list[Line]]) -> None:
    begun = monotonic()
    with client.get(f"/healthz?photo={NAME}", headers={"Referer": NAME, "User-Agent": NAME}) as response:
        pass
    took = monotonic() - begun
    (line,) = lines()
    assert (line["level"], line["message"]) == ("info", "GET /healthz 200")
    assert (line["method"], line["route"], line["status"], line["bytes"]) == ("GET", "/healthz", 200, 16)
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert 0 <= line["seconds"] <= took + ROUNDING
    logged = datetime.fromisoformat(line["time"])
    assert logged.utcoffset() == timedelta(0)
    assert NAME not in json.dumps(line)


@pytest.mark.parametrize("path", [f"/{NAME}", f"/assets/{NAME}.css", f"/en/{NAME}"])
def test_a_made_up_address_is_not_logged(client: FlaskClient, lines: Callable[[], list[Line]], path: str) -> None:
    with client.get(path):
        pass
    (line,) = lines()
    assert line["status"] == 404
    assert NAME not in json.dumps(line)


@pytest.mark.parametrize("given", ["7f3a", "a.B-c_9", "x" * 64])
def test_a_valid_request_id_is_kept(client: FlaskClient, lines: Callable[[], list[Line]], given: str) -> None:
    with client.get("/healthz", headers={"X-Request-ID": given}) as response:
        assert response.headers["X-Request-ID"] == given
    assert lines()[0]["request_id"] == given


@pytest.mark.parametrize("given", [None, "", "x" * 65, "two words", 'a"b', "Ä", "a/b"])
def test_an_invalid_request_id_is_replaced(client: FlaskClient, given: str | None) -> None:
    headers = {} if given is None else {"X-Request-ID": given}
    ids = [client.get("/healthz", headers=headers).headers["X-Request-ID"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{32}", found) for found in ids)
    assert ids[0] != ids[1]


@pytest.mark.parametrize("path", ["/nothing", "/api/paint", "/api/nothing"])
def test_an_error_response_has_an_id_too(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["X-Request-ID"]


def test_an_exception_is_logged_with_the_id(
    app: Flask, lines: Callable[[], list[Line]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("torn")

    monkeypatch.setitem(app.view_functions, "health.health", fail)
    with app.test_client().get("/healthz") as response:
        pass
    error, request = lines()
    assert error["level"] == "error"
    assert error["exception"].endswith("RuntimeError: torn")
    assert error["request_id"] == request["request_id"] == response.headers["X-Request-ID"]
    assert (request["status"], request["reason"]) == (500, "failed")


def test_the_times_of_the_stages_of_a_painting_are_logged(client: FlaskClient, lines: Callable[[], list[Line]]) -> None:
    body, media_type = form(file_of(landscape(64, 64)), f"{NAME}.png")
    with client.post("/api/paint", data=body, content_type=media_type) as response:
        assert len(response.data) == response.content_length
    (line,) = lines()
    assert line["bytes"] == response.content_length
    assert list(line["stages"]) == ["receive", "decode", "wait", "paint", "encode"]
    assert 0 < sum(line["stages"].values()) <= line["seconds"] + ROUNDING
    assert NAME not in json.dumps(line)


def test_a_refusal_is_logged_with_its_reason(client: FlaskClient, lines: Callable[[], list[Line]]) -> None:
    body, media_type = form(b"no picture at all", f"{NAME}.png")
    with client.post("/api/paint", data=body, content_type=media_type):
        pass
    (line,) = lines()
    assert (line["status"], line["reason"]) == (415, "not_a_picture")
    assert NAME not in json.dumps(line)


@pytest.mark.parametrize(("stays", "status"), [(True, 200), (False, 499)])
def test_a_stream_is_logged_when_it_ends(
    app: Flask, lines: Callable[[], list[Line]], monkeypatch: pytest.MonkeyPatch, stays: bool, status: int
) -> None:
    late = monotonic() + 1000
    body, media_type = form(file_of(landscape(64, 64)), passes="3")
    request = create_environ("/api/paint", method="POST", data=body, content_type=media_type, headers=EVENTS)
    chunks, status_line, _ = run_wsgi_app(app, request)
    assert status_line == "200 OK"
    stream = iter(chunks)
    next(stream)
    monkeypatch.setattr(trace, "monotonic", lambda: late)
    monkeypatch.setattr(logs, "monotonic", lambda: late)
    assert lines() == []
    if stays:
        list(stream)
    chunks.close()  # type: ignore[attr-defined]  # as a WSGI server does
    (line,) = lines()
    assert line["status"] == status
    assert line["bytes"] is None
    assert line["stages"]["paint"] >= 900
    assert line["seconds"] >= line["stages"]["paint"]
    assert ("encode" in line["stages"]) is stays


def test_the_real_server_logs_json_that_identifies_nobody(tmp_path: Path) -> None:
    requests, rest = tmp_path / "requests", tmp_path / "rest"
    environment = {"ENGINE": "openvino", "MONET_TRUSTED_PROXIES": "1"}
    with (
        requests.open("wb") as stdout,
        rest.open("wb") as stderr,
        gunicorn(env=environment, stdout=stdout, stderr=stderr) as (address, _),
    ):
        place = urlsplit(address)
        begin_a_painting_and_leave(place.netloc)
        wait_until(lambda: '"status": 499' in requests.read_text(), "The log should say that the client has gone.")
        with socket.create_connection((place.hostname, place.port)) as connection:
            connection.sendall(f"GET /{NAME}\r\n\r\n".encode())
            assert connection.recv(99).startswith(b"HTTP/1.1 400")
    logged = [json.loads(line) for line in requests.read_text().splitlines()]
    others = [json.loads(line) for line in rest.read_text().splitlines()]
    assert {line["message"] for line in logged} == {"GET /healthz 200", "POST /api/paint 499"}
    (left,) = (line for line in logged if line["status"] == 499)
    assert left["request_id"] == "given"
    assert left["reason"] == "gone"
    assert {"info", "warning"} == {line["level"] for line in others}
    assert "Invalid request." in [line["message"] for line in others]
    log = requests.read_text() + rest.read_text()
    assert [word for word in (NAME, ADDRESS, "127.0.0.1") if word in log.replace(address, "")] == []


def begin_a_painting_and_leave(netloc: str) -> None:
    body, _ = form(file_of(landscape(700, 450).resize((2800, 1800)), "JPEG"), f"{NAME}.jpg", passes="5", size="full")
    headers = {"X-Forwarded-For": ADDRESS, "X-Request-ID": "given", "Referer": NAME, "User-Agent": NAME}
    connection = HTTPConnection(netloc, timeout=PATIENCE)
    connection.request("POST", f"/api/paint?{NAME}", body, {"Content-Type": MULTIPART, **EVENTS, **headers})
    response = connection.getresponse()
    assert response.headers["X-Request-ID"] == "given"
    assert response.readline() == b"event: progress\n"
    connection.close()
    response.close()
