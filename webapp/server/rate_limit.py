"""How often one address may ask for a painting. How many it has at once is bounded by the line itself."""

import math
from time import time
from typing import Any, Final, cast

from flask import Flask, Response, jsonify, request
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from webapp.observe.trace import refused
from webapp.settings import Settings
from webapp.texts import texts_for

COUNTED: Final = ("api.paint", "inside.look_inside")  # endpoints that take a turn at the engine
IN_MEMORY: Final = "memory://"
# Seconds: a Redis that is down must not hold up the paintings.
REDIS_OPTIONS: Final[dict[str, str | int]] = {"socket_connect_timeout": 1, "socket_timeout": 1}


def limit_rate(app: Flask, settings: Settings) -> None:
    """Before an upload is read. Several processes count together where `settings.redis` says where.

    While that can't be reached, each counts for itself, and the log says so.
    """
    limiter = Limiter(
        get_remote_address,
        app=app,
        strategy="sliding-window-counter",
        storage_uri=settings.redis or IN_MEMORY,
        storage_options=REDIS_OPTIONS if settings.redis else {},
        in_memory_fallback_enabled=bool(settings.redis),
        key_prefix="monet",
    )
    limit = limiter.shared_limit(f"{settings.paintings_per_minute}/minute", scope="paintings")
    for endpoint in COUNTED:
        app.view_functions[endpoint] = cast(Any, limit(app.view_functions[endpoint]))

    @app.errorhandler(RateLimitExceeded)
    def refuse(_: RateLimitExceeded) -> Response:
        refused("too_often")
        breached = limiter.current_limit
        seconds = max(1, math.ceil(breached.reset_at - time())) if breached else 60
        sentence = texts_for(request).sentences.too_often.format(seconds=seconds)
        answer = jsonify(error=sentence)
        answer.status_code = 429
        answer.headers["Retry-After"] = str(seconds)
        return answer
