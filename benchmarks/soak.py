"""Sends an hour's worth of mixed photos to a server whose memory is capped at its documented limit: make soak

Starts gunicorn with the shipped settings in a control group with a hard limit, where the kernel kills a process that
takes more, and sends it photos of all sizes and formats, damaged ones, and some whose client disconnects. Exits with 1
if a response is not the expected one or if memory grows. Needs permission to create control groups, which in most
containers means root. Takes ten minutes.
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
MAX_PIXELS: Final = 13_000_000  # as app.json sets it for this little memory
ROUNDS: Final = 20  # of 13 requests each: an hour at one every fourteen seconds
GROWTH: Final = 1.05  # at most, from the mean of the second third of the rounds to that of the last
PATIENCE: Final = 120  # seconds without a byte from the server
PULSE: Final = 0.01  # seconds between two samples of the memory used
MIB: Final = 2**20
GROUPS: Final = Path("/sys/fs/cgroup")
STREAM: Final = "text/event-stream"


class NoControlGroupError(RuntimeError):
    """Memory can't be capped on this machine."""


class UnexpectedResponseError(RuntimeError):
    """A response differs from the expected one. Holds its status, its last bytes, and the fields of the request."""


class Cap:
    """A new control group, of either version, with a hard memory limit."""

    def __init__(self, mebibytes: int) -> None:
        """Creates the group. Raises NoControlGroupError if that isn't possible."""
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
            raise NoControlGroupError(
                f"Can't create a control group in {parent} ({error}): run this as root."
            ) from error

    def enter(self) -> None:
        """Moves the current process into the group."""
        (self.group / "cgroup.procs").write_text(str(os.getpid()))

    def peak(self) -> float:
        """Returns the peak memory so far in MiB, with the page cache, which the kernel keeps while there is room."""
        return int((self.group / ("memory.max_usage_in_bytes" if self._is_v1 else "memory.peak")).read_text()) / MIB

    def used(self) -> float:
        """Returns the memory used now in MiB, without the page cache."""
        figures = dict(line.split() for line in (self.group / "memory.stat").read_text().splitlines())
        return int(figures["rss" if self._is_v1 else "anon"]) / MIB

    def close(self) -> None:
        self.group.rmdir()


@contextmanager
def capped(engine: str) -> Iterator[tuple[str, Cap]]:
    """Runs a capped server; yields its address and its cap."""
    with closing(Cap(CAPS[engine])) as cap:
        environment = {"ENGINE": engine, "MONET_MAX_PIXELS": str(MAX_PIXELS), "MONET_LOGS": "off"}
        with gunicorn(env=environment, preexec_fn=cap.enter) as (address, _):
            yield address, cap


class Traffic:
    """The photos that are sent, and a round of 13 requests with them. Raises UnexpectedResponseError."""

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
        post(server, self._large[:300], status=400)
        leave(server, self._large)


def post(server: str, photo: bytes, accept: str = "*/*", status: int = 200, **fields: str) -> None:
    """Paints a photo. Raises UnexpectedResponseError for another status, or for a stream without a painting."""
    body, _ = form(photo, **fields)
    with closing(HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)) as connection:
        connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART, "Accept": accept})
        response = connection.getresponse()
        content = response.read()
    if response.status != status or (accept == STREAM and b"event: painting\n" not in content):
        raise UnexpectedResponseError(response.status, content[-200:], fields)


def leave(server: str, photo: bytes) -> None:
    """Sends a photo and disconnects while it is being painted."""
    body, _ = form(photo, size="full")
    with closing(HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)) as connection:
        connection.request("POST", "/api/paint", body, {"Content-Type": MULTIPART, "Accept": STREAM})
        with connection.getresponse() as response:
            while response.readline() != b"event: progress\n":
                pass


@contextmanager
def watched(cap: Cap) -> Iterator[list[float]]:
    """Samples the memory used while the context is open; yields the list of samples, in MiB."""
    samples: list[float] = []
    is_over = Event()

    def sample() -> None:
        while not is_over.wait(PULSE):
            samples.append(cap.used())

    watcher = Thread(target=sample)
    watcher.start()
    try:
        yield samples
    finally:
        is_over.set()
        watcher.join()


def soak(engine: str, rounds: int) -> None:
    """Runs the rounds with one engine. Exits with an error if the last third uses more memory than the second."""
    traffic = Traffic()
    used: list[float] = []
    with capped(engine) as (server, cap):
        for number in range(1, rounds + 1):
            with watched(cap) as samples:
                traffic.round(server)
            used.append(cap.used())
            print(
                f"{engine}, round {number}: {used[-1]:.0f} MiB after it, {max(samples):.0f} at most, "
                f"{cap.peak():.0f} of {CAPS[engine]} with the page cache so far",
                flush=True,
            )
    third = rounds // 3
    if fmean(used[-third:]) > GROWTH * fmean(used[-2 * third : -third]):
        sys.exit(f"With {engine}, memory grows by more than {GROWTH - 1:.0%} from the second to the last third.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"number of rounds, at least 3 (default {ROUNDS})")
    given = parser.parse_args()
    for engine in CAPS:
        soak(engine, given.rounds)
