"""Responses to requests that gunicorn refuses before they reach the application.

gunicorn's own responses are HTML pages that quote the request.
"""

import json
from http import HTTPStatus
from typing import Final

from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidHeaderName,
    InvalidHTTPVersion,
    InvalidRequestLine,
    InvalidRequestMethod,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)

from webapp.server.heads import HEAD_BYTES, HEAD_SECONDS, SlowHeadError

FAILED: Final = (500, "Something went wrong on our side. Try it again.")
# The first entry that matches the exception is used.
REPLIES: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], tuple[int, str]], ...]] = (
    ((InvalidResponseHeader, InvalidResponseHeaderName), FAILED),
    (SlowHeadError, (408, f"The request came too slowly. Send its headers within {HEAD_SECONDS} seconds.")),
    (LimitRequestLine, (414, "The address is too long. Send a shorter one.")),
    (
        LimitRequestHeaders,
        (431, f"The headers are too large. Send fewer and shorter ones, {HEAD_BYTES // 1024} KiB at most."),
    ),
    (ExpectationFailed, (417, "Send no Expect header other than 100-continue.")),
    (UnsupportedTransferCoding, (501, "Send no Transfer-Encoding other than chunked.")),
    (
        (InvalidRequestLine, InvalidRequestMethod, InvalidHTTPVersion),
        (400, "The first line of the request is not valid. Send a method, a path and HTTP/1.1."),
    ),
    (InvalidHeaderName, (400, "The name of a header is not valid. Use only letters, digits and hyphens.")),
    (ParseException, (400, "The headers of the request are not valid. Correct them and send it again.")),
)


def reply_to(error: BaseException) -> tuple[int, str]:
    """Returns the status and one sentence: FAILED if the request is not the cause."""
    return next((reply for kind, reply in REPLIES if isinstance(error, kind)), FAILED)


def encode_reply(status: int, sentence: str) -> bytes:
    """Returns a complete HTTP response, which announces that the connection closes."""
    body = json.dumps({"error": sentence}) + "\n"
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join([*lines, "", body]).encode("ascii")
