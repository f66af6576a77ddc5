"""The log: one JSON line for each request and each other message, with the ID of the request that it concerns.

No line contains a client's address or anything about its photo.
"""

import json
import logging
import re
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, cast
from uuid import uuid4

from flask import Flask, Response, request

from webapp.observe.trace import CLIENT_GONE, TRACE, Trace

HEADER: Final = "X-Request-ID"
GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
REQUESTS: Final = logging.getLogger("webapp.requests")


def log_requests(app: Flask) -> None:
    """Logs the requests of `app`. Call this before other hooks are added, so that every response has an ID."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "")
        TRACE.set(Trace(given if GIVEN_ID.fullmatch(given) else uuid4().hex))

    @app.after_request
    def end(response: Response) -> Response:
        trace = cast(Trace, TRACE.get())
        method, route = request.method, request.url_rule.rule if request.url_rule else "unknown"
        response.headers[HEADER] = trace.id
        # A streamed response has only begun at this point.
        response.call_on_close(lambda: write(trace, method, route, response))
        return response


def write(trace: Trace, method: str, route: str, response: Response) -> None:
    # The status that was sent is 200 if the client left during a stream.
    status = CLIENT_GONE if trace.reason == "gone" else response.status_code
    fields: dict[str, Any] = {
        "method": method,
        "route": route,
        "status": status,
        "bytes": response.content_length,
        "seconds": round(monotonic() - trace.begun, 4),
    }
    if trace.reason:
        fields["reason"] = trace.reason
    if trace.stages:
        fields["stages"] = {name: round(seconds, 4) for name, seconds in trace.stages.items()}
    REQUESTS.info("%s %s %d", method, route, status, extra={"fields": fields})
    TRACE.set(None)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        if trace := TRACE.get():
            line["request_id"] = trace.id
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def logging_config(requests: bool) -> dict[str, Any]:
    """Returns gunicorn's logconfig_dict. Requests go to stdout if `requests` is set; everything else goes to stderr.

    gunicorn's own access log is off, since it contains the clients' addresses.
    """

    def to(handler: str, level: str) -> dict[str, Any]:
        return {"level": level, "handlers": [handler], "propagate": False}

    return {
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "webapp.requests": to("stdout", "INFO" if requests else "CRITICAL"),
            "gunicorn.error": to("stderr", "INFO"),
            "gunicorn.access": to("stderr", "CRITICAL"),
        },
        "handlers": {
            name: {"class": "logging.StreamHandler", "formatter": "json", "stream": f"ext://sys.{name}"}
            for name in ("stdout", "stderr")
        },
        "formatters": {"json": {"()": JsonFormatter}},
    }
