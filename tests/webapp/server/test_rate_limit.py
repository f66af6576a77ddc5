import socket
import subprocess
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import RedisError

from patience import wait_until
from webapp import create_app
from webapp.settings import Settings

REDIS = "/usr/bin/redis-server"

pytestmark = pytest.mark.usefixtures("middle_of_a_minute")


@pytest.fixture
def limited() -> FlaskClient:
    return create_app(Settings(paintings_per_minute=2)).test_client()


def ask(client: FlaskClient, address: str = "192.0.2.1", path: str = "/api/paint") -> int:
    """Posts no photo, so that a client below the limit gets 415."""
    return client.post(path, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_a_rate_limited_client_gets_429_before_its_upload_is_read(limited: FlaskClient) -> None:
    assert [ask(limited) for _ in range(2)] == [415, 415]
    response = limited.post("/api/paint", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert response.status_code == 429
    seconds = int(response.headers["Retry-After"])
    assert 1 <= seconds <= 61
    assert response.json == {
        "error": f"You have asked for many paintings in a short time. Try again in {seconds} seconds."
    }


def test_each_address_has_its_own_count_which_includes_inspections(limited: FlaskClient) -> None:
    assert ask(limited, path="/api/inside") == 415
    assert [ask(limited) for _ in range(2)] == [415, 429]
    assert ask(limited, path="/api/inside") == 429
    assert ask(limited, "192.0.2.2") == 415


def test_other_requests_are_not_limited(limited: FlaskClient) -> None:
    for _ in range(4):
        ask(limited)
        assert limited.get("/healthz", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


@pytest.fixture
def redis() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yields the address of a real Redis that keeps nothing on disk, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    with Redis(port=port) as client:

        def is_answered() -> bool:
            assert process.poll() is None, "Redis ended before it responded."
            try:
                return bool(client.ping())
            except RedisError:
                return False

        wait_until(is_answered, "Redis should respond.")
    yield f"redis://127.0.0.1:{port}", process
    process.terminate()
    process.wait()


def test_processes_count_together_in_redis_and_separately_without_it(
    redis: tuple[str, subprocess.Popen[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    address, process = redis
    one, other = (create_app(Settings(paintings_per_minute=2, redis=address)).test_client() for _ in range(2))
    assert [ask(one), ask(other)] == [415, 415]
    assert [ask(one), ask(other)] == [429, 429]
    process.terminate()
    process.wait()
    assert [ask(one), ask(other)] == [415, 415]
    assert "falling back to in-memory storage" in caplog.text
