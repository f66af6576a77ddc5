import os
import time

# Each of pytest-xdist's workers gets a core of its own, since two servers and two browsers would slow each other down.
# This happens before NumPy and torch are imported, which then count the cores.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from PIL import Image
from werkzeug.test import TestResponse

from pictures import landscape
from serving import MANY, PATIENT, gunicorn
from webapp import create_app
from webapp.settings import Settings

# "suite" tries as many examples as there is time for, the same ones in each run; "long" draws new ones all night.
settings.register_profile("suite", max_examples=1500, derandomize=True, database=None, deadline=None)
settings.register_profile("long", max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("suite")


@pytest.fixture(scope="session")
def photo() -> Image.Image:
    return landscape(600, 400)


class ServedClient(FlaskClient):
    """Reads each response to its end and closes it, as servers do, because only then its place is free."""

    def open(self, *args: Any, buffered: bool = True, **options: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **options)


@pytest.fixture(scope="session")
def app() -> Flask:
    """Returns the application as it is served, with the shipped weights and without time limits."""
    app = create_app(Settings(paintings_per_minute=MANY, max_wait=MANY, max_turn=MANY))
    app.test_client_class = ServedClient
    return app


@pytest.fixture
def middle_of_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stops the clock by which requests are counted: at the turn of a minute, one more would be let in."""
    now = time.time() // 60 * 60 + 30
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yields the address of gunicorn as `make serve` starts it, but with the fast engine and without time limits."""
    with gunicorn(env={**PATIENT, "ENGINE": "openvino"}) as (address, _):
        yield address
