"""Measures the time and memory that the worst files take, in a process that the system kills if it takes too much."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from bombs import BOMBS
from patience import PATIENCE
from webapp.intake.photo import FORMATS

TESTS: Final = Path(__file__).resolve().parents[2]
MEBIBYTE: Final = 2**20
PIXELS: Final = 4_000_000  # of the largest photo that is allowed here
BYTES_A_PIXEL: Final = 16  # while a photo of any format is read
UPLOAD_BYTES: Final = 128 * MEBIBYTE  # for a whole upload and the copies that readers make of it
SECONDS: Final = 10  # of processor time for one file: several times what the worst one takes
ADDRESSES: Final = 4096 * MEBIBYTE  # of address space, some of which is reserved and never used

PROGRAM: Final = """
import json, resource, sys
from io import BytesIO
from pathlib import Path
sys.path[:0] = [str(Path.cwd()), str(Path.cwd() / "tests")]
from bombs import BOMBS, LARGE, png
from webapp.intake.photo import IntakeError, read_photo

pixels, seconds, addresses, short = map(int, sys.argv[1:])

def kibibytes(name):
    return int(Path("/proc/self/status").read_text().split(name + ":")[1].split()[0])

def refusal_of(data):
    try:
        read_photo(BytesIO(data), pixels, None)
    except IntakeError as error:
        return error.name

def measure(name, data):
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
    before = kibibytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    refusal = refusal_of(data)
    print(json.dumps({"name": name, "refusal": refusal, "peak": 1024 * (kibibytes("VmHWM") - before)}), flush=True)

resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
refusal_of(png())  # what the first photo loads is not counted
for name, (make, _) in BOMBS.items():
    measure(name, make())
for name, make in LARGE.items():
    measure(name, make())
resource.setrlimit(resource.RLIMIT_AS, (1024 * kibibytes("VmSize") + short, addresses))
pixels = 400_000_000
measure("short of memory", png(size=(20_000, 20_000)))
"""
LEAST_BYTES: Final = 24 * MEBIBYTE  # for buffers and threads, whatever the photo
SHORT: Final = 8 * MEBIBYTE  # left to the process when it should run out of memory


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, Any]]:
    """Returns name → the refusal, and the peak in bytes above what was in use. Ends when a file exceeds a limit."""
    limits = [str(limit) for limit in (PIXELS, SECONDS, ADDRESSES, SHORT)]
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, *limits]
    run = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False, timeout=PATIENCE)
    print(run.stderr)
    return {outcome["name"]: outcome for outcome in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_little_time_and_memory(measured: dict[str, dict[str, Any]], name: str) -> None:
    assert name in measured, "the system has killed the process"
    assert measured[name]["refusal"] == BOMBS[name][1]
    assert measured[name]["peak"] < UPLOAD_BYTES + BYTES_A_PIXEL * PIXELS


@pytest.mark.parametrize("pillow_format", FORMATS)
def test_a_large_photo_takes_few_bytes_a_pixel(measured: dict[str, dict[str, Any]], pillow_format: str) -> None:
    assert measured[pillow_format]["refusal"] is None
    assert measured[pillow_format]["peak"] < LEAST_BYTES + BYTES_A_PIXEL * PIXELS


def test_a_photo_that_does_not_fit_into_memory_is_refused(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["short of memory"]["refusal"] == "too_much_memory"
