"""An hour's worth of mixed photos, in as much memory as it may take and no more: make soak

Starts gunicorn as it is shipped in a control group with a hard limit, in which the kernel ends what takes more, and
sends it photos of all sizes and kinds, bad ones and such whose client leaves. It ends with 1 where an answer is not the
expected one or memory grows. Needs control groups that may be written: root, in most containers. Takes ten minutes.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import fmean
from threading import Event, Thread
from typing import Final
from urllib.parse import urlsplit

from pillow_heif import from_pillow

from pictures import landscape
from serving import gunicorn
from uploads import MULTIPART, file_of, form

CAPS: Final = {"torchscript": 512, "openvino": 350}  # MiB, of gunicorn and its worker together
MAX_PIXELS: Final = 13_000_000  # as app.json has it for so little memory
ROUNDS: Final = 20  # of 13 requests each: an hour at one every fourteen seconds
GROWTH: Final = 1.05  # of the last third's mean to that of the second
PATIENCE: Final = 120  # seconds
PULSE: Final = 0.01  # seconds between two looks at what is used
MIB: Final = 2**20
GROUPS: Final = Path("/sys/fs/cgroup")
STREAM: Final = "text/event-stream"


class NoControlGroupError(RuntimeError):
    """Memory can't be capped here."""


class UnexpectedAnswerError(RuntimeError):
    """Its status, its end, and what was asked for."""


class Cap:
    """A control group of its own, of either version, with a hard limit."""

    def __init__(self, mebibytes: int) -> None:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        own = {line.split(":")[1]: line.split(":")[2] for line in lines}
        self._is_v1 = "memory" in own
        parent = GROUPS / "memory" / own["memory"].lstrip("/") if self._is_v1 else GROUPS / own.get("", "").lstrip("/")
        self.group = parent / f"soak-{os.getpid()}"
        limit = "memory.limit_in_bytes" if self._is_v1 else "memory.max"
        try:
            self.group.mkdir()
            (self.group / limit).write_text(str(mebibytes * MIB))
        except OSError as error:
            raise NoControlGroupError(f"No control group can be made in {parent} ({error}).") from error

    def enter(self) -> None:
        """In the process that is to be capped."""
        (self.group / "cgroup.procs").write_text(str(os.getpid()))

    def peak(self) -> float:
        """MiB at most so far, with the files that the kernel keeps for the group as long as there is room."""
        return int((self.group / ("memory.max_usage_in_bytes" if self._is_v1 else "memory.peak")).read_text()) / MIB

    def used(self) -> float:
        """MiB now, without those files."""
        figures = dict(line.split() for line in (self.group / "memory.stat").read_text().splitlines())
        return int(figures["rss" if self._is_v1 else "anon"]) / MIB

    def close(self) -> None:
        self.group.rmdir()


@contextmanager
def capped(engine: str) -> Iterator[tuple[str, Cap]]:
    with closing(Cap(CAPS[engine])) as cap:
        environment = {"ENGINE": engine, "MONET_MAX_PIXELS": str(MAX_PIXELS), "MONET_LOGS": "off"}
        with gunicorn(env=environment, preexec_fn=cap.enter) as (address, _):
            yield address, cap


class Traffic:
    """Rounds of requests; raises UnexpectedAnswerError."""

    def __init__(self) -> None:
        large = landscape(1000, 750).resize((4000, 3000))
        self._small = file_of(landscape(512, 384), "JPEG")
        self._middle = file_of(landscape(1024, 768), "JPEG")
        self._large = file_of(large, "JPEG")
        self._png = file_of(large.resize((2000, 1500)), "PNG")
        self._heic = file_of(from_pillow(large.resize((2000, 1500))), "HEIF")
        self._avif = file_of(large.resize((2000, 1500)), "AVIF")

    def round(self, server: str) -> None:
        for _ in "abc":
            post(server, self._small)
        post(server, self._small, accept=STREAM, passes="5")
        post(server, self._middle, size="1024", format="jpeg")
        post(server, self._middle, accept=STREAM, size="1024", brush="broad")
        post(server, self._large, format="webp")
        post(server, self._large, accept=STREAM, size="full", format="jpeg")
        post(server, self._png, size="full", format="jpeg", passes="2")
        post(server, self._heic, size="full", format="jpeg", brush="fine")
        post(server, self._avif, size="1024", format="jpeg")
        post(server, self._large[:99_999], status=400)
        leave(server, self._large)


def post(server: str, photo: bytes, accept: str = "*/*", status: int = 200, **fields: str) -> None:
    body, _ = form(photo, **fields)
    with closing(HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)) as connection:
        connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART, "Accept": accept})
        answer = connection.getresponse()
        content = answer.read()
    if answer.status != status or (accept == STREAM and b"event: painting\n" not in content):
        raise UnexpectedAnswerError(answer.status, content[-200:], fields)


def leave(server: str, photo: bytes) -> None:
    """Hangs up while it is painted."""
    body, _ = form(photo, size="full")
    with closing(HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)) as connection:
        connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART, "Accept": STREAM})
        with connection.getresponse() as answer:
            while answer.readline() != b"event: progress\n":
                pass


@contextmanager
def watched(cap: Cap) -> Iterator[list[float]]:
    """What is used, in MiB, again and again."""
    looks: list[float] = []
    is_over = Event()

    def look() -> None:
        while not is_over.wait(PULSE):
            looks.append(cap.used())

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield looks
    finally:
        is_over.set()
        watcher.join()


def soak(engine: str, rounds: int) -> None:
    traffic = Traffic()
    used: list[float] = []
    with capped(engine) as (server, cap):
        for number in range(1, rounds + 1):
            with watched(cap) as looks:
                traffic.round(server)
            used.append(cap.used())
            print(
                f"{engine}, round {number}: {used[-1]:.0f} MiB after it, {max(looks):.0f} at most, "
                f"{cap.peak():.0f} of {CAPS[engine]} with files so far",
                flush=True,
            )
    third = rounds // 3
    if fmean(used[-third:]) > GROWTH * fmean(used[-2 * third : -third]):
        sys.exit(f"Memory grows with {engine}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"at least 3 (default {ROUNDS})")
    given = parser.parse_args()
    for engine in CAPS:
        soak(engine, given.rounds)
