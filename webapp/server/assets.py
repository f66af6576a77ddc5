"""Serves the assets under a path that contains a hash of them, so that browsers may cache them for a year."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, send_from_directory

ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"
RANGE: Final = re.compile(r"bytes=(\d+-\d*|-\d+)")
LIFETIME: Final = 365 * 24 * 3600  # seconds


def serve_assets(app: Flask) -> str:
    """Configures `app` and its templates. Returns the path for Dash to serve the assets at, without outer slashes."""
    path = f"assets/{version()}"
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = LIFETIME
    app.jinja_env.globals["assets_path"] = path

    @app.get("/assets/<version>/<path:name>")
    def other_version(version: str, name: str) -> Response:
        """Serves the pages of other replicas during a rollout, and links that name no version."""
        return send_from_directory(ASSETS, name, max_age=0)

    @app.before_request
    def ignore_other_ranges() -> None:
        """Drops anything but a single range of bytes: werkzeug would refuse it, against RFC 9110, 14.2."""
        if not RANGE.fullmatch(request.headers.get("Range", "bytes=0-")):
            del request.environ["HTTP_RANGE"]

    @app.after_request
    def read_whole(response: Response) -> Response:
        """Loads the file: compression would stream it without a length, never as gzip, and leave it open."""
        if request.blueprint == "_dash_assets" or request.endpoint == "other_version":
            response.direct_passthrough = False
            response.make_sequence()
        return response

    return path


def version() -> str:
    """Returns a hash of the names and contents of all assets."""
    digest = sha256()
    for file in sorted(path for path in ASSETS.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(ASSETS)).encode() + b"\0" + sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
