"""The load test counts no visit as served that was not."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

import pytest

from benchmarks.load.__main__ import misses
from benchmarks.load.phases import Phase, percentiles
from benchmarks.load.visits import PIECE, Outcome, visit
from patience import PATIENCE

HEAD = b"POST / HTTP/1.1\r\n\r\n"
BODY = b"x" * 3 * PIECE  # sent in three pieces
BUSY = b"HTTP/1.1 503 SERVICE UNAVAILABLE\r\nContent-Length: 4\r\nRetry-After: 2\r\n\r\nbusy"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
PAINTING = b"e\r\nevent: painting\n\r\n0\r\n\r\n"
FAILURE = b"c\r\nevent: error\n\r\n0\r\n\r\n"
WELL = Outcome("well", 0.1)

Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def replying(response: bytes) -> Reply:
    """Responds at once, reads everything that is sent, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response)
        await reader.readexactly(len(HEAD + BODY))
        writer.close()

    return serve


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Responds, and resets the connection without reading the rest."""
    writer.write(BUSY)
    await writer.drain()
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()


async def visited(response: Reply) -> Outcome:
    async with await asyncio.start_server(response, "127.0.0.1", 0) as server:
        visitor = await visit(server.sockets[0].getsockname()[1], 0.0, HEAD, BODY)
        await asyncio.wait_for(visitor.closed, PATIENCE)
        return visitor.outcome()


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (replying(BUSY), "refused"),
        (replying(BUSY.replace(b"Retry-After", b"Anything")), "503"),
        (replying(BUSY.replace(b"503", b"500")), "500"),
        (replying(BUSY[:-1]), "lost"),
        (replying(b""), "lost"),
        (replying(STREAM + PAINTING), "painted"),
        (replying(STREAM + FAILURE), "an error event"),
        (replying(STREAM + PAINTING[:-2]), "lost"),
        (reset, "lost"),
    ],
)
def test_a_visit_is_what_became_of_it(response: Reply, kind: str) -> None:
    assert asyncio.run(visited(response)).kind == kind


def test_nobody_who_finds_no_server_is_answered() -> None:
    async def knock() -> Outcome:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return (await visit(free.getsockname()[1], 0.0, HEAD)).outcome()

    assert asyncio.run(knock()).kind == "lost"


def test_percentiles_are_times_that_somebody_had() -> None:
    hundred = [float(number) for number in range(100, 0, -1)]
    assert percentiles(hundred) == {"p50": 50.0, "p95": 95.0, "p99": 99.0, "max": 100.0}
    assert percentiles([3.0]) == {"p50": 3.0, "p95": 3.0, "p99": 3.0, "max": 3.0}
    assert percentiles([]) == {}


def test_a_phase_tells_the_painted_from_the_refused() -> None:
    painted = Outcome("painted", 3.0, 2.5)
    refused = [Outcome("refused", 0.5, 0.2, before_upload=True), Outcome("refused", 0.5, 0.4)]
    summary = Phase([painted, *refused, Outcome("lost")], [WELL], seconds=2.0).summary()
    assert summary["visits"] == {"painted": 1, "refused": 2, "lost": 1}
    assert summary["an_hour"] == 1800
    assert summary["share_refused"] == 0.5
    assert summary["refused_before_upload"] == 0.5
    assert summary["painted_seconds"]["p99"] == 3.0
    assert summary["refused_seconds"]["p99"] == 0.4
    assert summary["health_seconds"]["p99"] == 0.1


@pytest.mark.parametrize(
    ("visit", "health", "missed"),
    [
        (Outcome("painted", 1.0), WELL, 0),
        (Outcome("lost"), WELL, 1),
        (Outcome("500", 1.0), WELL, 1),
        (Outcome("painted", 100.0), WELL, 1),
        (Outcome("refused", 0.2, 0.2), WELL, 1),
        (Outcome("painted", 1.0), Outcome("well", 0.3), 1),
        (Outcome("painted", 1.0), Outcome("lost"), 1),
    ],
)
def test_whatever_is_too_slow_or_lost_misses_a_bar(visit: Outcome, health: Outcome, missed: int) -> None:
    assert len(list(misses("20", Phase([visit], [health], seconds=1.0).summary()))) == missed


def test_too_few_paintings_an_hour_miss_a_bar() -> None:
    phase = Phase([Outcome("painted", 1.0)], [WELL], seconds=1.0)
    assert len(list(misses("capacity", phase.summary()))) == 1
