"""What the worst files take, measured in a process of its own, which the system ends where it takes too much."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from bombs import BOMBS
from webapp.intake import FORMATS

TESTS: Final = Path(__file__).resolve().parents[1]
MEBIBYTE: Final = 2**20
PIXELS: Final = 4_000_000  # of a photo at most
BYTES_A_PIXEL: Final = 16  # while it is read, in any format
UPLOAD_BYTES: Final = 128 * MEBIBYTE  # a whole upload and the copies that readers make of it
SECONDS: Final = 10  # of a processor, for a file: some times what the worst one takes
ADDRESSES: Final = 4096 * MEBIBYTE  # of the process: also what is set aside and never touched

PROGRAM: Final = """
import json, resource, sys
from io import BytesIO
from pathlib import Path
sys.path[:0] = [str(Path.cwd()), str(Path.cwd() / "tests")]
from bombs import BOMBS, LARGE, png
from webapp.intake import IntakeError, read_photo

pixels, seconds, addresses, short = map(int, sys.argv[1:])

def kibibytes(name):
    return int(Path("/proc/self/status").read_text().split(name + ":")[1].split()[0])

def answer_to(data):
    try:
        read_photo(BytesIO(data), pixels, None)
    except IntakeError as error:
        return error.name

def measure(name, data):
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
    before = kibibytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    answer = answer_to(data)
    print(json.dumps({"name": name, "answer": answer, "peak": 1024 * (kibibytes("VmHWM") - before)}), flush=True)

resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
answer_to(png())  # what is loaded with the first photo counts for none
for name, (make, _) in BOMBS.items():
    measure(name, make())
for name, make in LARGE.items():
    measure(name, make())
resource.setrlimit(resource.RLIMIT_AS, (1024 * kibibytes("VmSize") + short, addresses))
pixels = 400_000_000
measure("short of memory", png(size=(20_000, 20_000)))
"""
LEAST_BYTES: Final = 24 * MEBIBYTE  # of a photo without a pixel: buffers, threads
SHORT: Final = 8 * MEBIBYTE  # that the process may still have where it is made short of memory


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, Any]]:
    """Name → what was answered, and the peak in bytes above what was held before. It ends where a limit is passed."""
    limits = [str(limit) for limit in (PIXELS, SECONDS, ADDRESSES, SHORT)]
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, *limits]
    run = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False, timeout=600)
    print(run.stderr)
    return {outcome["name"]: outcome for outcome in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_little_time_and_memory(measured: dict[str, dict[str, Any]], name: str) -> None:
    assert name in measured, "the system has ended the process"
    assert measured[name]["answer"] == BOMBS[name][1]
    assert measured[name]["peak"] < UPLOAD_BYTES + BYTES_A_PIXEL * PIXELS


@pytest.mark.parametrize("pillow_format", FORMATS)
def test_a_large_photo_takes_so_many_bytes_a_pixel(measured: dict[str, dict[str, Any]], pillow_format: str) -> None:
    assert measured[pillow_format]["answer"] is None
    assert measured[pillow_format]["peak"] < LEAST_BYTES + BYTES_A_PIXEL * PIXELS


def test_memory_that_does_not_suffice_is_said(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["short of memory"]["answer"] == "too_much_memory"
