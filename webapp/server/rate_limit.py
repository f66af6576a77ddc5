"""Limits how often a client may post. The queue limits how many paintings it may have at once."""

import math
from time import time
from typing import Any, Final, cast

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from webapp.addresses import client_of
from webapp.observe.trace import refused
from webapp.server.body_limits import posted
from webapp.server.security import body_of
from webapp.settings import Settings
from webapp.texts import texts_for

PHOTOS: Final = frozenset({"paint.paint", "inspect.inspect"})  # endpoints that use the engine
# For all other posts together. A page posts once when it opens, so a whole school behind one address stays below it.
POSTS_PER_MINUTE: Final = 1200
IN_MEMORY: Final = "memory://"
# In seconds. A Redis that is down must not delay the paintings.
REDIS_OPTIONS: Final[dict[str, str | int]] = {"socket_connect_timeout": 1, "socket_timeout": 1}


def limit_rate(app: Flask, settings: Settings) -> None:
    """Limits every route of `app` that takes a body, before the body is read.

    With `settings.redis`, several processes count together. While Redis can't be reached, each process counts for
    itself and logs a warning.
    """
    limiter = Limiter(
        lambda: client_of(request),
        app=app,
        strategy="sliding-window-counter",
        storage_uri=settings.redis or IN_MEMORY,
        storage_options=REDIS_OPTIONS if settings.redis else {},
        in_memory_fallback_enabled=bool(settings.redis),
        key_prefix="monet",
    )
    paintings = limiter.shared_limit(f"{settings.paintings_per_minute}/minute", scope="paintings")
    posts = limiter.shared_limit(f"{POSTS_PER_MINUTE}/minute", scope="posts")
    for endpoint in posted(app):
        limit = paintings if endpoint in PHOTOS else posts
        app.view_functions[endpoint] = cast(Any, limit(app.view_functions[endpoint]))

    @app.errorhandler(RateLimitExceeded)
    def refuse(_: RateLimitExceeded) -> Response:
        breached = limiter.current_limit
        seconds = max(1, math.ceil(breached.reset_at - time())) if breached else 60
        sentences = texts_for(request).sentences
        if request.endpoint in PHOTOS:
            refused("too_often")
            sentence = sentences.too_often
        else:
            sentence = sentences.requests_too_often
        response = body_of(429, sentence.format(seconds=seconds))
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds)
        return response
