"""What is measured while a request is handled, for the metrics and for the request's line in the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, TypeVar

from webapp.observe.metrics import PAINTINGS, REFUSALS, SECONDS, Reason, Stage

Result = TypeVar("Result")

CLIENT_GONE: Final = 499  # nginx's status for a client that hung up before its response


@dataclass
class Trace:
    """The measurements of one request."""

    id: str
    begun: float = field(default_factory=monotonic)
    stages: dict[str, float] = field(default_factory=dict)  # seconds
    reason: Reason | None = None  # why it got no painting


# The request that this thread handles. Flask's own context ends before a streamed response does.
TRACE: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Times the body of a with statement, also when it raises."""
    begun = monotonic()
    try:
        yield
    finally:
        seconds = monotonic() - begun
        SECONDS.labels(name).observe(seconds)
        if trace := TRACE.get():
            trace.stages[name] = trace.stages.get(name, 0) + seconds


def timed(name: Stage, work: Iterator[Result]) -> Iterator[Result]:
    """Yields from `work` and times it as a stage."""
    with stage(name):
        yield from work


def refused(reason: Reason) -> None:
    """Counts a request that got no painting, and notes the reason for its line in the log."""
    REFUSALS.labels(reason).inc()
    if trace := TRACE.get():
        trace.reason = reason


def painted() -> None:
    PAINTINGS.inc()
