"""Phases of load: clients that send requests in a closed or an open loop, and statistics of their outcomes."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any, Final

from benchmarks.load.visits import Outcome, Visit, visit

PATIENCE: Final = 60.0  # seconds after the last arrival until a missing response counts as lost
HEALTH: Final = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
HEALTH_RATE: Final = 10.0  # probes a second

Request = Callable[[], tuple[bytes, bytes]]  # returns the head and the body of the next request


@dataclass(frozen=True)
class Phase:
    """The outcomes of one phase."""

    visits: list[Outcome]
    health: list[Outcome]  # of the health probes
    seconds: float  # until the last response

    def summary(self) -> dict[str, Any]:
        """Returns counts by kind of outcome, the paintings an hour, and percentiles in seconds."""
        painted, refused = ([o for o in self.visits if o.kind == kind] for kind in ("painted", "refused"))
        return {
            "visits": dict(Counter(outcome.kind for outcome in self.visits)),
            "health": dict(Counter(outcome.kind for outcome in self.health)),
            "an_hour": 3600 * len(painted) / self.seconds,
            "share_refused": len(refused) / len(self.visits),
            "refused_before_upload": sum(o.before_upload for o in refused) / len(refused) if refused else None,
            "painted_seconds": percentiles([o.seconds for o in painted]),
            "refused_seconds": percentiles([o.seconds_from_head for o in refused]),
            "health_seconds": percentiles([o.seconds for o in self.health if o.kind == "well"]),
            # The delay of this program itself, which shares the server's cores. All times above include it, except for
            # refused_seconds.
            "began_late_seconds": percentiles([o.seconds - o.seconds_from_head for o in self.visits]),
        }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Returns percentiles by the nearest rank, so each is a measured time. Empty without measurements."""
    ordered = sorted(seconds)
    names = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: ordered[math.ceil(share * len(ordered)) - 1] for name, share in names.items()} if ordered else {}


async def closed_loop(port: int, request: Request, clients: int, seconds: float) -> Phase:
    """Measures the server's capacity: each of `clients` sends its next request as soon as it has its response."""
    visits: list[Visit] = []

    async def send_repeatedly() -> None:
        while perf_counter() < until:
            visitor = await visit(port, perf_counter(), *request())
            visits.append(visitor)
            await visitor.responded

    begun = perf_counter()
    until = begun + seconds
    probes = asyncio.create_task(arrivals(port, lambda: (HEALTH, b""), HEALTH_RATE, seconds, even=True))
    await asyncio.gather(*(send_repeatedly() for _ in range(clients)))
    return await _finish(begun, visits, await probes)


async def open_loop(port: int, request: Request, rate: float, seconds: float) -> Phase:
    """Sends requests at random times, `rate` a second on average, however many are still waiting."""
    begun = perf_counter()
    probes = asyncio.create_task(arrivals(port, lambda: (HEALTH, b""), HEALTH_RATE, seconds, even=True))
    visits = await arrivals(port, request, rate, seconds)
    return await _finish(begun, visits, await probes)


async def arrivals(port: int, request: Request, rate: float, seconds: float, even: bool = False) -> list[Visit]:
    """Sends `rate` requests a second for `seconds`, at even or at random intervals (a Poisson process)."""
    random = Random(0)  # noqa: S311  # the same times in every run
    due = begun = perf_counter()
    visits = []
    while (due := due + (1 / rate if even else random.expovariate(rate))) < begun + seconds:
        await asyncio.sleep(due - perf_counter())
        visits.append(asyncio.create_task(visit(port, due, *request())))
    return await asyncio.gather(*visits)


async def _finish(begun: float, visits: list[Visit], probes: list[Visit]) -> Phase:
    deadline = perf_counter() + PATIENCE
    await asyncio.wait([visitor.responded for visitor in visits], timeout=PATIENCE)
    seconds = perf_counter() - begun
    await asyncio.wait([one.closed for one in visits + probes], timeout=deadline - perf_counter())
    return Phase([one.outcome() for one in visits], [one.outcome() for one in probes], seconds)
