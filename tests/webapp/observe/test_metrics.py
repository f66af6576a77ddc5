import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import create_environ, run_wsgi_app

from crowd import painted
from cyclegan.paint.painter import Painter
from cyclegan.pictures import Pixels
from patience import PATIENCE, wait_until
from pictures import landscape
from serving import gunicorn
from uploads import MULTIPART, file_of, form, long_painting
from webapp import create_app
from webapp.observe.metrics import Reason, Stage
from webapp.queue.admission import Admission
from webapp.settings import MAX_UPLOAD_BYTES, Settings

EVENTS = {"Accept": "text/event-stream"}
MANY = 10**6  # seconds, places, pixels
PHOTO = file_of(landscape(64, 64))
Values = dict[tuple[str, ...], float]


def values(text: str) -> Values:
    """Returns the value of each sample by its name and the values of its labels."""
    families = text_string_to_metric_families(text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def scrape(client: FlaskClient) -> Values:
    with client.get("/metrics") as response:
        assert response.status_code == 200
        return values(response.text)


@pytest.fixture
def difference(client: FlaskClient) -> Callable[[], Values]:
    """Returns a function that tells what has changed since the test began: all tests count in one process."""
    before = scrape(client)
    return lambda: {name: value - before[name] for name, value in scrape(client).items() if value != before[name]}


def stages(changed: Values) -> set[tuple[str, float]]:
    """Returns the stages that ran, and how often."""
    return {(name[1], value) for name, value in changed.items() if name[0] == "monet_stage_seconds_count"}


def post(client: FlaskClient, data: bytes = PHOTO, name: str = "photo.png", headers: Any = None, **fields: str) -> None:
    body, media_type = form(data, name, **fields)
    with client.post("/api/paint", data=body, content_type=media_type, headers=headers) as response:
        assert response.data


class BlankCanvas:
    whole = 1024  # pixels

    def paint(self, photo: Pixels) -> Pixels:
        return photo


class TornCanvas:
    whole = 1024  # pixels

    def paint(self, photo: Pixels) -> Pixels:
        raise RuntimeError("torn")


@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["plain", "events"])
def test_a_painting_and_each_of_its_stages_are_counted(
    client: FlaskClient, difference: Callable[[], Values], headers: dict[str, str]
) -> None:
    post(client, headers=headers)
    changed = difference()
    assert changed["monet_paintings_total",] == 1
    assert stages(changed) == {(stage, 1) for stage in ("receive", "decode", "wait", "paint", "encode")}
    assert 0 < changed["monet_stage_seconds_sum", "paint"] < 60
    assert not [name for name in changed if name[0] in ("monet_refusals_total", "monet_queue_length")]


def test_an_inspection_is_a_stage_of_its_own(app: Flask, difference: Callable[[], Values]) -> None:
    admission: Admission = app.extensions["admission"]
    place = admission.arrive("192.0.2.1", lambda: False)
    assert difference()["monet_queue_length",] == 1
    place.run(lambda: None)
    place.close()
    changed = difference()
    assert ("monet_queue_length",) not in changed
    assert ("monet_paintings_total",) not in changed
    assert stages(changed) == {("wait", 1), ("inspect", 1)}


@pytest.mark.parametrize(
    ("reason", "request_of"),
    [
        ("empty", {"data": b""}),
        ("no_photo", {"name": ""}),
        ("damaged", {"data": PHOTO[: len(PHOTO) // 2]}),
        ("not_a_picture", {"data": b"no picture at all"}),
        ("too_many_pixels", {"data": file_of(Image.new("1", (8000, 6251)))}),
        ("too_large", {"data": bytes(MAX_UPLOAD_BYTES + 1)}),
        ("other_site", {"headers": {"Sec-Fetch-Site": "cross-site"}}),
        ("bad_option", {"passes": "0"}),
        ("bad_option", {"headers": EVENTS, "format": "bmp"}),
    ],
)
def test_a_refusal_is_counted_by_its_reason(
    client: FlaskClient, difference: Callable[[], Values], reason: str, request_of: dict[str, Any]
) -> None:
    post(client, **request_of)
    changed = difference()
    assert {name for name in changed if name[0] == "monet_refusals_total"} == {("monet_refusals_total", reason)}
    assert ("monet_paintings_total",) not in changed


def test_a_request_that_is_not_multipart_is_counted(client: FlaskClient, difference: Callable[[], Values]) -> None:
    client.post("/api/paint", data=PHOTO, content_type="image/png")
    assert difference()["monet_refusals_total", "not_multipart"] == 1


def test_a_client_that_finds_the_queue_full_is_counted(
    app: Flask, difference: Callable[[], Values], monkeypatch: pytest.MonkeyPatch
) -> None:
    admission = Admission(Painter(TornCanvas()), MANY, MANY, 1, MANY)
    monkeypatch.setitem(app.extensions, "admission", admission)
    place = admission.arrive("192.0.2.1", lambda: False)
    post(app.test_client())
    place.close()
    assert difference()["monet_refusals_total", "busy"] == 1


@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["plain", "events"])
def test_a_painting_that_fails_is_counted_once(
    app: Flask, difference: Callable[[], Values], monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setitem(app.extensions, "admission", Admission(Painter(TornCanvas()), MANY, MANY, MANY, MANY))
    post(app.test_client(), headers=headers)
    changed = difference()
    assert changed["monet_refusals_total", "failed"] == 1
    assert ("monet_paintings_total",) not in changed


@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["plain", "events"])
def test_a_painting_that_takes_too_long_is_counted(
    app: Flask, difference: Callable[[], Values], monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setitem(app.extensions, "admission", Admission(Painter(BlankCanvas()), MANY, 0, MANY, MANY))
    post(app.test_client(), headers=headers, passes="2")
    changed = difference()
    assert changed["monet_refusals_total", "too_long"] == 1
    assert ("monet_paintings_total",) not in changed


def test_a_client_that_hangs_up_is_counted_as_gone(app: Flask, difference: Callable[[], Values]) -> None:
    body, media_type = form(PHOTO, passes="5")
    request = create_environ("/api/paint", method="POST", data=body, content_type=media_type, headers=EVENTS)
    chunks, *_ = run_wsgi_app(app, request)
    assert b"progress" in next(iter(chunks))
    chunks.close()  # type: ignore[attr-defined]  # what a WSGI server does when its client has gone
    changed = difference()
    assert changed["monet_refusals_total", "gone"] == 1
    assert ("monet_queue_length",) not in changed


def test_every_reason_and_stage_is_exported_before_it_occurs(client: FlaskClient) -> None:
    """Prometheus can't compute the first increase of a sample that never was 0."""
    found = scrape(client)
    assert {name[1] for name in found if name[0] == "monet_refusals_total"} == set(get_args(Reason))
    assert {name[1] for name in found if name[0] == "monet_stage_seconds_count"} == set(get_args(Stage))
    assert found["process_resident_memory_bytes",] > 2**20
    assert ("process_cpu_seconds_total",) in found


def test_prometheus_gets_the_format_that_it_asks_for(client: FlaskClient) -> None:
    plain = client.get("/metrics")
    assert plain.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert plain.content_encoding is None
    newer = client.get("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"})
    assert newer.mimetype == "application/openmetrics-text"
    assert newer.text.endswith("# EOF\n")
    assert client.get("/metrics", headers={"Accept-Encoding": "gzip"}).content_encoding == "gzip"


@pytest.mark.parametrize("token", ["a=secret", "ein Schlüssel"])
def test_metrics_can_require_a_token(app: Flask, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(Settings(), metrics_token=token))
    client = app.test_client()
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {token}s"}, {"Authorization": token}):
        response = client.get("/metrics", headers={name: latin(value) for name, value in headers.items()})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert "monet_" not in response.text
    assert client.get("/metrics", headers={"Authorization": latin(f"Bearer {token}")}).status_code == 200


@pytest.fixture
def settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Returns a function that changes the settings of the application."""
    return lambda **values: monkeypatch.setitem(app.extensions, "settings", replace(Settings(), **values))


def status_for(app: Flask, address: str, headers: dict[str, str] | None = None, proxies: int = 0) -> int:
    """Returns the status of /metrics for a client at `address` behind `proxies` trusted proxies."""
    environment = create_environ("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    _, status, _ = run_wsgi_app(ProxyFix(app, proxies), environment, buffered=True)
    return int(status.split()[0])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.8.8", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.1", 403),
        ("10.0.0.1", 403),
        ("2001:db8::1", 403),
        ("::ffff:192.0.2.1", 403),
        ("", 403),
    ],
)
def test_without_a_token_metrics_are_only_for_local_clients(app: Flask, address: str, status: int) -> None:
    assert status_for(app, address) == status


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"X-Real-IP": "192.0.2.1"},
        {"Via": "1.1 proxy"},
    ],
)
def test_a_client_behind_an_untrusted_proxy_is_not_local(app: Flask, headers: dict[str, str]) -> None:
    assert status_for(app, "127.0.0.1", headers) == 403


@pytest.mark.parametrize(
    ("came_by", "proxies", "status"),
    [
        ("192.0.2.1", 1, 403),
        ("127.0.0.1", 1, 200),
        ("127.0.0.1, 192.0.2.1", 1, 403),
        ("192.0.2.1, 127.0.0.1", 1, 403),
        ("192.0.2.1, 127.0.0.1", 2, 403),
        ("127.0.0.1, 127.0.0.1", 2, 200),
    ],
)
def test_behind_trusted_proxies_the_client_is_the_one_they_name(
    app: Flask, settings: Callable[..., None], came_by: str, proxies: int, status: int
) -> None:
    settings(trusted_proxies=proxies)
    assert status_for(app, "127.0.0.1", {"X-Forwarded-For": came_by}, proxies) == status
    assert status_for(app, "127.0.0.1", {}, proxies) == 200


def test_with_the_token_metrics_can_be_read_from_anywhere(app: Flask, settings: Callable[..., None]) -> None:
    settings(metrics_token="token")  # noqa: S106
    assert status_for(app, "192.0.2.1", {"Authorization": "Bearer token", "X-Forwarded-For": "192.0.2.2"}) == 200
    assert status_for(app, "192.0.2.1") == 401


def test_a_refused_client_learns_how_to_read_metrics(client: FlaskClient, difference: Callable[[], Values]) -> None:
    response = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert response.status_code == 403
    assert "Set MONET_METRICS_TOKEN to read them elsewhere." in response.text
    assert not [name for name in difference() if name[0] == "monet_refusals_total"]


def latin(text: str) -> str:
    """Returns a header as WSGI passes on its bytes."""
    return text.encode().decode("latin-1")


@pytest.fixture(scope="module")
def other() -> FlaskClient:
    """Returns a client of another application in the same process."""
    return create_app(Settings(engine="openvino", metrics=False, paintings_per_minute=1)).test_client()


def test_disabled_metrics_are_not_found(other: FlaskClient) -> None:
    response, unknown = other.get("/metrics"), other.get("/nothing")
    assert response.status_code == 404
    assert response.text == unknown.text


@pytest.mark.usefixtures("middle_of_a_minute")
def test_all_applications_of_a_process_count_together(other: FlaskClient, difference: Callable[[], Values]) -> None:
    post(other)
    post(other)
    changed = difference()
    assert changed["monet_paintings_total",] == 1
    assert changed["monet_refusals_total", "too_often"] == 1


def test_metrics_can_be_read_during_a_painting(server: str) -> None:
    with painted(server, long_painting()):
        assert scrape_over_http(server)["monet_queue_length",] >= 1


def test_workers_count_together_outlive_each_other_and_leave_no_files(tmp_path: Path) -> None:
    """Also tests that no request is logged if MONET_LOGS is off."""
    before = folders_of_counts()
    environment = {"WEB_CONCURRENCY": "2", "ENGINE": "openvino", "MONET_LOGS": "off"}
    with (
        (tmp_path / "requests").open("wb") as requests,
        gunicorn(env=environment, stdout=requests) as (address, process),
    ):
        workers = children(process.pid)
        for worker in workers:
            with only(worker, workers), begun(address, PHOTO) as response:
                response.read()
        for worker in workers:
            with only(worker, workers):
                found = scrape_over_http(address)
            assert found["monet_paintings_total",] == 2
            assert found["monet_stage_seconds_count", "paint"] == 2
            memory = {name[1] for name in found if name[0] == "process_resident_memory_bytes"}
            assert memory == {str(pid) for pid in (process.pid, *workers)}
        killed, asked_to_end = workers
        with only(killed, workers), painted(address, long_painting()):
            end(killed, signal.SIGKILL, process.pid)
        assert scrape_over_http(address)["monet_queue_length",] == 0
        end(asked_to_end, signal.SIGTERM, process.pid)
        assert scrape_over_http(address)["monet_paintings_total",] == 2
        assert folders_of_counts() > before
    assert folders_of_counts() == before
    assert (tmp_path / "requests").read_text() == ""


def folders_of_counts() -> set[Path]:
    return set(Path("/dev/shm").glob("monet-metrics-*"))  # noqa: S108


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def scrape_over_http(address: str) -> Values:
    with urlopen(f"{address}/metrics") as response:
        return values(response.read().decode())


@contextmanager
def begun(address: str, photo: bytes, **fields: str) -> Iterator[HTTPResponse]:
    """Yields the response to a client whose photo is being painted."""
    body, _ = form(photo, **fields)
    connection = HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART, **EVENTS})
    response = connection.getresponse()
    assert response.readline() == b"event: progress\n"
    yield response
    response.close()
    connection.close()


@contextmanager
def only(worker: int, workers: list[int]) -> Iterator[None]:
    """Stops the other workers in the meantime."""
    others = [other for other in workers if other != worker]
    for other in others:
        os.kill(other, signal.SIGSTOP)
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def end(worker: int, how: signal.Signals, server: int) -> None:
    """Ends a worker and waits until the server has noticed."""
    os.kill(worker, how)
    wait_until(lambda: worker not in children(server), "The server should notice that its worker has ended.")
