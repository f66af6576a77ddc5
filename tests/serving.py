"""gunicorn as `make serve` starts it, for the tests that need the real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parent.parent
START_LIMIT = 60  # seconds
MANY = 1_000_000  # paintings a minute: more than all the tests together ask for, from one address
COMMAND = [sys.executable, "-m", "gunicorn", "-c", "webapp/gunicorn.conf.py"]
APPLICATION = "webapp:create_app()"


@contextmanager
def gunicorn(application: str = APPLICATION, **options: Any) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a real server, and its process; `options` are Popen's, `env` what is added to the environment."""
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
        process.wait()


def fail_to_start(**environment: str) -> subprocess.CompletedProcess[str]:
    """gunicorn, in an environment in which it can't start."""
    return subprocess.run(
        [*COMMAND, APPLICATION],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=START_LIMIT,
    )


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        assert process.poll() is None, "gunicorn ended before it answered."
        try:
            urlopen(url).close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{url} did not answer within {START_LIMIT} seconds.")
