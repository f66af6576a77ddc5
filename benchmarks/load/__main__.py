"""Measures the real server under load, from half its capacity to twenty times as much: make load

Starts gunicorn with the shipped settings on the loopback interface, and sends it what the paint page sends: a photo of
512×512 pixels as JPEG, to which the server responds with an event stream that holds the painting as PNG. The last phase
sends photos of 1024×1024, whose uploads continue long after they are refused. Prints a table, writes
benchmarks/load.json, and exits with 1 if a limit is exceeded. Takes about three minutes.
"""

import argparse
import asyncio
import itertools
import json
import os
import platform
import resource
import sys
from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from PIL import Image, ImageOps

from benchmarks.inference import processor
from benchmarks.load.phases import Phase, Request, closed_loop, open_loop
from cyclegan.card import WEIGHTS, load_card
from cyclegan.engines.cores import usable_cores
from cyclegan.engines.load import AUTO, ENGINES, PACKAGES, choose
from serving import gunicorn
from webapp.settings import MAX_WAIT

ROOT: Final = Path(__file__).parent.parent.parent
RESULTS: Final = ROOT / "benchmarks" / "load.json"
PHOTO: Final = ROOT / "webapp" / "assets" / "examples" / "mountains.jpg"
SIDE: Final = 512  # pixels, of a square photo: the largest area that the page's first size paints ...
LARGER: Final = 1024  # ... and that of its second size
QUALITY: Final = 92  # the JPEG quality with which the page shrinks photos
BOUNDARY: Final = "a-boundary-in-no-photo"
NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737: reserved for documentation

CLIENTS: Final = 8  # more than the server processes at a time, fewer than fit into its queue
SECONDS: Final = 20.0  # the length of each phase
TIMES: Final = (0.5, 1.0, 3.0, 20.0)  # the load of each phase, as a multiple of the capacity

# The limits that the server must keep.
PER_HOUR: Final = 25_000  # paintings, at least
PAINTED_P99: Final = MAX_WAIT + 1.0  # seconds
HEALTH_P99: Final = 0.25  # seconds
REFUSED_P99: Final = 0.1  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, default=os.environ.get("ENGINE") or AUTO)
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"length of a phase (default {SECONDS:g})")
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # since each client needs a connection
    engine = choose(given.engine, load_card(WEIGHTS))
    photos = {side: photo_as_sent(side) for side in (SIDE, LARGER)}
    with open(os.devnull, "wb") as log, gunicorn(env=as_behind_a_proxy(engine), stdout=log) as (address, _):
        phases = asyncio.run(run(cast(int, urlsplit(address).port), photos, given.seconds))
    summaries = {name: phase.summary() for name, phase in phases.items()}
    print(table(engine, summaries))
    missed = [sentence for name, summary in summaries.items() for sentence in misses(name, summary)]
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    sizes = {side: len(photo) for side, photo in photos.items()}
    kept[engine] = {"machine": machine(engine), "photo_bytes": sizes, "phases": summaries, "missed": missed}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    if missed:
        sys.exit("\n".join(missed))


def as_behind_a_proxy(engine: str) -> dict[str, str]:
    """Returns the environment of a server that tells clients apart by the addresses in their headers."""
    return {"ENGINE": engine, "MONET_TRUSTED_PROXIES": "1"}


async def run(port: int, photos: dict[int, bytes], seconds: float) -> dict[str, Phase]:
    """Measures the capacity, then runs a phase for each load. Returns all phases by name."""
    address = addresses()
    request = requests(photos[SIDE], SIDE, address)
    await closed_loop(port, request, CLIENTS, seconds / 4)  # warm-up: the queue learns how long a painting takes
    phases = {"capacity": await closed_loop(port, request, CLIENTS, seconds)}
    capacity = phases["capacity"].summary()["an_hour"] / 3600
    for times in TIMES:
        phases[f"{times:g}"] = await open_loop(port, request, times * capacity, seconds)
    larger = requests(photos[LARGER], LARGER, address)
    phases[f"{TIMES[-1]:g}, {LARGER} px"] = await open_loop(port, larger, TIMES[-1] * capacity, seconds)
    return phases


def photo_as_sent(side: int) -> bytes:
    """Returns the JPEG file of a square photo, as the page shrinks it before it is sent."""
    file = BytesIO()
    with Image.open(PHOTO) as photo:
        ImageOps.fit(photo, (side, side)).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def requests(photo: bytes, side: int, address: Iterator[str]) -> Request:
    """Returns a function that makes the next request to paint `photo`, each from the next address."""
    fields = {"size": str(side), "brush": "medium", "passes": "1"}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="photo"\r\n'.encode()]
    parts += [b"Content-Type: image/jpeg\r\n\r\n", photo, b"\r\n"]
    for name, value in fields.items():
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        parts.append(part.encode())
    body = b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])

    def request() -> tuple[bytes, bytes]:
        head = [
            "POST /api/paint HTTP/1.1",
            "Host: localhost",
            f"X-Forwarded-For: {next(address)}",
            "Accept: text/event-stream",
            "Accept-Language: en",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*head, "", ""]).encode(), body

    return request


def addresses() -> Iterator[str]:
    """Cycles through all addresses of NETWORKS, so that each one sends requests only rarely."""
    return itertools.cycle(f"{network}.{host}" for host in range(1, 255) for network in NETWORKS)


def misses(name: str, summary: dict[str, Any]) -> Iterator[str]:
    """Yields a sentence for every limit that a phase exceeds."""
    wrong = {kind: count for kind, count in summary["visits"].items() if kind not in ("painted", "refused")}
    wrong |= {f"{kind} (health)": count for kind, count in summary["health"].items() if kind != "well"}
    if wrong:
        yield f"{name}: the server responded with neither a painting nor 503: {wrong}."
    if name == "capacity" and summary["an_hour"] < PER_HOUR:
        yield f"{name}: {summary['an_hour']:.0f} paintings an hour are fewer than {PER_HOUR}."
    limits = {"painted_seconds": PAINTED_P99, "refused_seconds": REFUSED_P99, "health_seconds": HEALTH_P99}
    for what, limit in limits.items():
        p99 = summary[what].get("p99", 0.0)
        if p99 > limit:
            yield f"{name}: the p99 of {what} is {p99:.3f}, more than {limit:g}."


def machine(engine: str) -> dict[str, Any]:
    packages = ("gunicorn", "flask", "pillow", PACKAGES[engine])
    versions = {"python": platform.python_version(), **{package: version(package) for package in packages}}
    return {"processor": processor(), "cores": usable_cores(), "versions": versions}


def table(engine: str, summaries: dict[str, dict[str, Any]]) -> str:
    lines = [
        f"| {engine}: times the capacity | visits | painted | refused | else | paintings an hour "
        "| painted, s: p50 | p95 | p99 | refused, ms: p50 | p99 | before the upload ended "
        "| health, ms: p50 | p99 | max |",
        f"|---|{'--:|' * 14}",
    ]
    for name, summary in summaries.items():
        visits, refused = summary["visits"], summary["refused_seconds"]
        painted, health = summary["painted_seconds"], summary["health_seconds"]
        total = sum(visits.values())
        cells = [
            name,
            total,
            visits.get("painted", 0),
            f"{summary['share_refused']:.0%}",
            total - visits.get("painted", 0) - visits.get("refused", 0),
            f"{summary['an_hour']:,.0f}",
            *(f"{painted[rank]:.2f}" if painted else "" for rank in ("p50", "p95", "p99")),
            *(f"{1000 * refused[rank]:.0f}" if refused else "" for rank in ("p50", "p99")),
            f"{summary['refused_before_upload']:.0%}" if refused else "",
            *(f"{1000 * health[rank]:.0f}" if health else "" for rank in ("p50", "p99", "max")),
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
