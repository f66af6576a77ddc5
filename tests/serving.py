"""Starts gunicorn as `make serve` does, for the tests that need the real server."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from patience import PATIENCE, wait_until

PROJECT = Path(__file__).resolve().parent.parent
MANY = 1_000_000  # paintings a minute, or seconds; more than all tests together need
# The environment of a server that never refuses a client as too many nor gives up a painting as too slow, however slow
# the machine is.
PATIENT = {"MONET_MAX_WAIT": str(MANY), "MONET_MAX_TURN": str(MANY)}
COMMAND = [sys.executable, "-m", "gunicorn", "-c", "webapp/gunicorn.conf.py"]
APPLICATION = "webapp:create_app()"


@contextmanager
def gunicorn(application: str = APPLICATION, **options: Any) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yields the address of a real server and its process. `options` are Popen's; `env` adds to the environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {"MONET_PAINTINGS_PER_MINUTE": str(MANY), "MONET_URL": address, "PORT": str(port)}
    options["env"] = {**os.environ, **environment, **options.get("env", {})}
    command = [*COMMAND, "--bind", f"127.0.0.1:{port}", application]
    process = subprocess.Popen(command, cwd=PROJECT, **options)
    try:
        wait_for(f"{address}/healthz", process)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def fail_to_start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Runs gunicorn in an environment in which it can't start."""
    return subprocess.run(
        [*COMMAND, APPLICATION],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    def is_responding() -> bool:
        assert process.poll() is None, "gunicorn ended before it responded."
        try:
            urlopen(url, timeout=PATIENCE).close()
        except OSError:  # nothing listens yet, or a worker has died
            return False
        return True

    wait_until(is_responding, f"{url} should respond.")
