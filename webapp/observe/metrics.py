"""The metrics for Prometheus: paintings, refused requests, the queue, and the resources they take."""

import hmac
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final, Literal, cast, get_args

from flask import Blueprint, Response, current_app, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from webapp.addresses import is_local
from webapp.settings import Settings

Stage = Literal["receive", "decode", "wait", "paint", "inspect", "encode"]
# Why a request got no painting. Where an error sentence says so, the two share a name.
Reason = Literal[
    "bad_option",
    "busy",
    "damaged",
    "empty",
    "failed",
    "gone",
    "many_photos",
    "no_photo",
    "not_a_picture",
    "not_multipart",
    "other_site",
    "raw",
    "too_large",
    "too_long",
    "too_many_fields",
    "too_many_parts",
    "too_many_pixels",
    "too_much_memory",
    "too_often",
    "too_slow",
    "too_wide",
    "unopened",
]
BUCKETS: Final = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)  # seconds

disable_created_metrics()
# Global, since a process may create several applications.
REGISTRY: Final = CollectorRegistry()
PAINTINGS: Final = Counter("monet_paintings", "Paintings that were finished.", registry=REGISTRY)
REFUSALS: Final = Counter("monet_refusals", "Requests that got no painting.", ["reason"], registry=REGISTRY)
SECONDS: Final = Histogram(
    "monet_stage_seconds", "Time that a request spends in each stage.", ["stage"], buckets=BUCKETS, registry=REGISTRY
)
QUEUE: Final = Gauge(
    "monet_queue_length",
    "Clients that hold a place in the queue: uploading, waiting or being painted.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
ProcessCollector(registry=REGISTRY)
# Create all labels at the start: a rate needs the zero before the first event.
for reason in get_args(Reason):
    REFUSALS.labels(reason)
for stage in get_args(Stage):
    SECONDS.labels(stage)

blueprint = Blueprint("metrics", __name__)


class ElsewhereError(Forbidden):
    """No token is configured, and the client is not on this machine."""


@blueprint.get("/metrics")
def expose() -> Response:
    """Returns the metrics.

    Raises Unauthorized if the configured token was not sent, or, without a configured token, ElsewhereError if the
    client is on another machine.
    """
    settings = cast(Settings, current_app.extensions["settings"])
    if settings.metrics_token:
        expected, given = f"Bearer {settings.metrics_token}", request.headers.get("Authorization", "")
        # WSGI decodes the bytes of a header as latin-1.
        if not hmac.compare_digest(expected.encode(), given.encode("latin-1")):
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    elif not is_local(request, settings.trusted_proxies):
        raise ElsewhereError
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry()), content_type=content_type)


def registry() -> CollectorRegistry:
    """Returns the metrics of this process, or of all workers together if gunicorn.conf.py runs several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)
    together.register(Workers())
    return together


class Workers(Collector):
    """Memory and CPU time of gunicorn and its workers, labelled by pid. ProcessCollector covers only one process."""

    def collect(self) -> Iterable[Metric]:
        parent = os.getppid()
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        merged: dict[str, Metric] = {}
        for pid in [str(parent), *children]:
            for metric in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                of_all = merged.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    of_all.add_sample(sample.name, {"pid": pid}, sample.value)
        return merged.values()
