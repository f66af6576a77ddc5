"""The assets, at an address that changes with what is in them, so that browsers may keep what is there for a year."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, send_from_directory

ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"
RANGE: Final = re.compile(r"bytes=(\d+-\d*|-\d+)")
LIFETIME: Final = 365 * 24 * 3600  # seconds


def serve_assets(app: Flask) -> str:
    """Prepares `app` and its templates for the assets. Answers where Dash is to serve them, without slashes around."""
    path = f"assets/{version()}"
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = LIFETIME
    app.jinja_env.globals["assets_path"] = path

    @app.get("/assets/<version>/<path:name>")
    def other_version(version: str, name: str) -> Response:
        """While replicas are replaced, a page of the one asks the other; and links from elsewhere name none."""
        return send_from_directory(ASSETS, name, max_age=0)

    @app.before_request
    def ignore_other_ranges() -> None:
        """What is no single range of bytes is to be ignored (RFC 9110, 14.2); werkzeug refuses it."""
        if not RANGE.fullmatch(request.headers.get("Range", "bytes=0-")):
            del request.environ["HTTP_RANGE"]

    @app.after_request
    def read_whole(response: Response) -> Response:
        """Compression would pass files on piece by piece, without length, never as gzip, and leave them open."""
        if request.blueprint == "_dash_assets" or request.endpoint == "other_version":
            response.direct_passthrough = False
            response.make_sequence()
        return response

    return path


def version() -> str:
    """Another one as soon as a byte or a name is another."""
    digest = sha256()
    for file in sorted(path for path in ASSETS.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(ASSETS)).encode() + b"\0" + sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
