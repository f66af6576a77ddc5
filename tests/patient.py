"""The application as it is served, but a client may take as long as it likes to send the head of a request."""

from flask import Flask

from webapp import create_app, worker

FOREVER = 3600  # seconds


def create_patient_app() -> Flask:
    worker.HEAD_SECONDS = FOREVER  # type: ignore[misc]
    return create_app()
