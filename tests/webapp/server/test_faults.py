"""Tests how the real server handles failures, and how it shuts down."""

import json
import signal
from collections.abc import Callable
from contextlib import closing
from http.client import RemoteDisconnected
from pathlib import Path
from select import select
from socket import create_connection, socket
from urllib.parse import urlsplit

import pytest
from PIL import Image

from crowd import connect
from patience import PATIENCE, PAUSE, wait_until
from pictures import landscape
from serving import PATIENT, PROJECT, fail_to_start, gunicorn, wait_for
from uploads import MULTIPART, file_of, form, long_painting

STREAM = {"Content-Type": MULTIPART, "Accept": "text/event-stream"}
IMPATIENT = {"PYTHONPATH": str(PROJECT / "tests")}  # the environment in which impatient.py can be imported


def post(server: str, body: bytes, accept: str = "image/jpeg") -> tuple[int, bytes]:
    """Returns the status and the body of the response."""
    with closing(connect(server)) as connection:
        connection.request("POST", "/api/paint", body, STREAM | {"Accept": accept})
        response = connection.getresponse()
        return response.status, response.read()


def paints(server: str, photo: Image.Image) -> bool:
    body, _ = form(file_of(photo, "JPEG"))
    return post(server, body)[0] == 200


def test_a_painting_that_takes_too_long_is_given_up_with_a_sentence() -> None:
    with gunicorn(env={"MONET_MAX_TURN": "1"}) as (server, _):
        for accept, status in (("image/jpeg", 503), ("text/event-stream", 200)):
            found, content = post(server, long_painting(), accept)
            assert found == status
            assert b"The painting took too long. Choose a smaller size or fewer passes." in content
            assert paints(server, landscape(100, 80))


def test_a_painting_that_never_ends_costs_a_worker_but_not_the_server() -> None:
    with gunicorn("impatient:create_app_that_gets_stuck()", env=IMPATIENT) as (server, process):
        body, _ = form(file_of(landscape(40, 30), "JPEG"), passes="2")
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            post(server, body)
        wait_for(f"{server}/healthz", process)
        assert paints(server, landscape(100, 80))


def test_a_client_that_uploads_too_slowly_gets_408() -> None:
    body, _ = form(file_of(landscape(100, 80), "JPEG"))
    served = gunicorn("impatient:create_impatient_app()", env=IMPATIENT)
    with served as (server, _), closing(connect(server)) as connection:
        connection.putrequest("POST", "/api/paint")
        for name, value in (STREAM | {"Content-Length": str(len(body))}).items():
            connection.putheader(name, value)
        connection.endheaders()
        for byte in body:  # one byte at a time, until there is a response
            connection.send(bytes([byte]))
            if select([connection.sock], [], [], PAUSE)[0]:
                break
        response = connection.getresponse()
        assert response.status == 408
        assert json.loads(response.read())["error"].startswith("The upload took too long.")


def test_a_graceful_shutdown_finishes_the_painting_and_accepts_nothing_new() -> None:
    # A longer grace period than the default, so that a slow machine can finish the painting.
    environment = IMPATIENT | PATIENT | {"GUNICORN_CMD_ARGS": f"--graceful-timeout {10 * PATIENCE}"}
    served = gunicorn("impatient:create_patient_app()", env=environment)
    with served as (server, process), closing(connect(server)) as connection, silent(server):
        connection.request("POST", "/api/paint", long_painting(2800, 1800), STREAM)
        response = connection.getresponse()
        while response.readline() != b"event: progress\n":
            pass
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: not is_accepting(server), "The server should accept nothing new.")
        painting = json.loads(response.read().split(b"event: painting\ndata: ")[1])
        assert (painting["width"], painting["height"]) == (2800, 1800)
        assert process.wait(PATIENCE) == 0


def silent(server: str) -> socket:
    """Connects a client that reads its response and does not hang up."""
    connection = create_connection((urlsplit(server).hostname, urlsplit(server).port), PATIENCE)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    while connection.recv(1024):
        pass
    return connection


def is_accepting(server: str) -> bool:
    with closing(connect(server)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def damage(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(damage, "is not the file that its card describes: restore both"), (Path.unlink, "is missing: restore it")],
)
def test_weights_that_are_damaged_or_missing_end_the_start_with_one_line(
    tmp_path: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    for name in ("monet.json", "monet.pt"):
        (tmp_path / name).write_bytes((PROJECT / "weights" / name).read_bytes())
    spoil(tmp_path / "monet.pt")
    ended = fail_to_start(MONET_WEIGHTS=str(tmp_path / "monet.json"))
    assert ended.returncode == 1
    assert ended.stderr.startswith("Make-A-Monet can't start: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
