"""What the real server does when something goes wrong, and when it is told to end."""

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
IMPATIENT = {"PYTHONPATH": str(PROJECT / "tests")}  # the environment in which there is impatient.py


def post(server: str, body: bytes, accept: str = "image/jpeg") -> tuple[int, bytes]:
    """Returns the status and the body of the response."""
    with closing(connect(server)) as connection:
        connection.request("POST", "/api/paint", body, STREAM | {"Accept": accept})
        answer = connection.getresponse()
        return answer.status, answer.read()


def paints(server: str, photo: Image.Image) -> bool:
    body, _ = form(file_of(photo, "JPEG"))
    return post(server, body)[0] == 200


def test_a_painting_that_takes_too_long_is_given_up_with_a_sentence() -> None:
    with gunicorn(env={"MONET_MAX_TURN": "1"}) as (server, _):
        for accept, status in (("image/jpeg", 503), ("text/event-stream", 200)):
            answered, content = post(server, long_painting(), accept)
            assert answered == status
            assert b"The painting took too long. Choose a smaller size or fewer passes." in content
            assert paints(server, landscape(100, 80))


def test_a_painting_that_never_ends_costs_a_worker_and_not_the_server() -> None:
    with gunicorn("impatient:create_app_that_gets_stuck()", env=IMPATIENT) as (server, process):
        body, _ = form(file_of(landscape(40, 30), "JPEG"), passes="2")
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            post(server, body)
        wait_for(f"{server}/healthz", process)
        assert paints(server, landscape(100, 80))


def test_who_does_not_send_the_photo_in_time_is_told_so() -> None:
    body, _ = form(file_of(landscape(100, 80), "JPEG"))
    served = gunicorn("impatient:create_impatient_app()", env=IMPATIENT)
    with served as (server, _), closing(connect(server)) as connection:
        connection.putrequest("POST", "/api/paint")
        for name, value in (STREAM | {"Content-Length": str(len(body))}).items():
            connection.putheader(name, value)
        connection.endheaders()
        for byte in body:  # it trickles in until there is an answer
            connection.send(bytes([byte]))
            if select([connection.sock], [], [], PAUSE)[0]:
                break
        answer = connection.getresponse()
        assert answer.status == 408
        assert json.loads(answer.read())["error"].startswith("The upload took too long.")


def test_told_to_end_it_finishes_what_is_painted_takes_nothing_new_and_ends_well() -> None:
    # More grace than is shipped, for a slow machine to finish the painting: it must not end for want of it.
    environment = IMPATIENT | PATIENT | {"GUNICORN_CMD_ARGS": f"--graceful-timeout {10 * PATIENCE}"}
    served = gunicorn("impatient:create_patient_app()", env=environment)
    with served as (server, process), closing(connect(server)) as connection, silent(server):
        connection.request("POST", "/api/paint", long_painting(2800, 1800), STREAM)
        answer = connection.getresponse()
        while answer.readline() != b"event: progress\n":
            pass
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: not is_taking_more(server), "The server should take nothing new.")
        painting = json.loads(answer.read().split(b"event: painting\ndata: ")[1])
        assert (painting["width"], painting["height"]) == (2800, 1800)
        assert process.wait(PATIENCE) == 0


def silent(server: str) -> socket:
    """Connects a client that reads its response and does not hang up."""
    connection = create_connection((urlsplit(server).hostname, urlsplit(server).port), PATIENCE)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    while connection.recv(1024):
        pass
    return connection


def is_taking_more(server: str) -> bool:
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
