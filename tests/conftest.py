from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from pictures import landscape
from serving import gunicorn
from webapp import create_app


@pytest.fixture(scope="session")
def photo() -> Image.Image:
    return landscape(600, 400)


@pytest.fixture(scope="session")
def app() -> Flask:
    """The application as it is served, with the artifact that is shipped."""
    return create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of gunicorn as `make serve` starts it."""
    with gunicorn() as (address, _):
        yield address
