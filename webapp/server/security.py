"""Adds limits, security headers and error responses to every route."""

from io import BytesIO
from typing import IO, Final, cast
from urllib.parse import urlsplit

from dash import Dash
from dash.exceptions import DependencyException, UnsupportedRelativePath
from flask import Flask, Request, Response, jsonify, render_template, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from webapp.observe.metrics import ElsewhereError
from webapp.observe.trace import refused
from webapp.texts import texts_for

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # "Take a photo" opens the system's own camera app, which needs none of these permissions.
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Browsers that have connected over TLS use nothing else for this many seconds.
TRANSPORT_SECURITY: Final = "max-age=31536000"
POLICY = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Dash's components insert style elements of their own
    "style-src-attr": "'none'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "img-src": "'self' data: blob:",  # the theme's icons are data, the page's pictures are blobs
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Status → the name of its sentence.
SENTENCES = {
    400: "bad_request",
    401: "not_allowed",
    403: "other_site",
    404: "not_found",
    405: "wrong_method",
    408: "request_too_slow",
    413: "request_too_large",
    500: "failed",
}
SAFE: Final = {"GET", "HEAD", "OPTIONS"}


class ManyFieldsError(RequestEntityTooLarge):
    """The form has too many fields, or fields that are too long."""


class Form(FormDataParser):
    """Raises ManyFieldsError where werkzeug raises the same error as for an upload that is too large."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        try:
            return super().parse(stream, mimetype, content_length, options)
        except RequestEntityTooLarge as error:
            if stream.tell() == self.max_content_length:  # the upload is too large and did not state its length
                raise
            raise ManyFieldsError from error


class InMemoryRequest(Request):
    """Keeps uploads in memory, while werkzeug would spool them to a temporary file: no picture touches the disk."""

    form_data_parser_class = Form

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def secure(app: Flask, pages: Dash) -> None:
    """Adds the headers and the error responses to `app`, which serves `pages`."""

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method not in SAFE and is_from_other_site(request):
            refused("other_site")
            raise Forbidden

    @app.after_request
    def redirect_within(response: Response) -> Response:
        """Removes the host from redirects, since any client can forge it."""
        if response.location:
            response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
            response.data = b""  # the body names the host, too
        return response

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = content_security_policy(pages)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
        return response

    app.register_error_handler(HTTPException, error_response)
    app.register_error_handler(DependencyException, lambda _: error_response(NotFound()))  # an unknown script of Dash
    app.register_error_handler(UnsupportedRelativePath, lambda _: error_response(BadRequest()))


def is_from_other_site(request: Request) -> bool:
    """Returns whether a browser sent this for a page of another site. Other clients send neither of these headers."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")  # the only one that browsers send to a host without TLS
    return origin is not None and host_of(origin) != request.host


def host_of(address: str) -> str | None:
    """Returns the host of a URL, with the port if there is one; None if the URL can't be parsed."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def content_security_policy(pages: Dash) -> str:
    """Returns a policy that allows our own scripts and, by their hashes, Dash's inline ones, but no eval."""
    scripts = " ".join(["'self'", *pages.csp_hashes()])
    directives = {**POLICY, "script-src": scripts}
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def error_response(error: HTTPException) -> Response:
    """Returns a response of one sentence with the status and headers of `error`."""
    status = cast(int, error.code)
    texts = texts_for(request)
    if status == 500:
        refused("failed")
    name = "only_here" if isinstance(error, ElsewhereError) else SENTENCES.get(status)
    sentence = getattr(texts.sentences, name) if name else str(error.description)
    body = body_of(status, sentence)
    response = cast(Response, error.get_response())
    response.data, response.content_type = body.data, body.content_type
    return response


def body_of(status: int, sentence: str) -> Response:
    """Returns JSON under /api and a page elsewhere."""
    if request.path.startswith("/api/"):
        return jsonify(error=sentence)
    return Response(render_template("error.html", status=status, sentence=sentence, texts=texts_for(request)))
