"""Serves the assets under a path that contains a hash of them, so that browsers may cache them for a year.

All styles are one file with their icons in it, for a page waits for every style sheet before it is drawn.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, make_response, request, send_from_directory

ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"
RANGE: Final = re.compile(r"bytes=(\d+-\d*|-\d+)")
LIFETIME: Final = 365 * 24 * 3600  # seconds
ENTRY: Final = "scripts/main.js"
STATIC_IMPORT: Final = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE)
ICON: Final = re.compile(r'url\("(\.\.[^"]+\.svg)"\)')
STYLES: Final = "styles/all.css"  # beside its parts, for they name a font by its relative path


def serve_assets(app: Flask) -> str:
    """Configures `app` and its templates. Returns the path for Dash to serve the assets at, without outer slashes."""
    current = version()
    path = f"assets/{current}"
    styles = join_styles()
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = LIFETIME
    app.jinja_env.globals["assets_path"] = path
    app.jinja_env.globals["modules"] = [str(file.relative_to(ASSETS)) for file in modules(ASSETS / ENTRY)]

    @app.get(f"/{path}/{STYLES}")
    @app.get(f"/assets/<version>/{STYLES}")
    def all_styles(version: str = current) -> Response:
        response = make_response(styles)
        response.mimetype = "text/css"
        response.cache_control.max_age = LIFETIME if version == current else 0
        return response

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


def modules(entry: Path) -> list[Path]:
    """Returns a script and all scripts that it loads with it; browsers would find them one import after the other."""
    found = [entry]
    for file in found:  # grows meanwhile
        names = STATIC_IMPORT.findall(file.read_text())
        found += [other for name in names if (other := (file.parent / name).resolve()) not in found]
    return found


def join_styles() -> str:
    """Returns Bootstrap's style sheet and, after it, ours, with their icons inside."""
    sheets = [ASSETS / "bootstrap.min.css", *sorted((ASSETS / "styles").glob("*.css"))]
    return ICON.sub(inline, "\n".join(sheet.read_text() for sheet in sheets))


def inline(icon: re.Match[str]) -> str:
    """Returns the url() of an SVG file in `styles/` as one that contains the file."""
    file = ASSETS / "styles" / icon[1]
    return f'url("data:image/svg+xml,{quote(file.read_text())}")'


def version() -> str:
    """Returns a hash of the names and contents of all assets."""
    digest = sha256()
    for file in sorted(path for path in ASSETS.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(ASSETS)).encode() + b"\0" + sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
