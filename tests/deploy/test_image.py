"""The image: what is copied into it, what it installs, and its health check."""

import json
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import requires
from pathlib import PurePath
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from cyclegan.card import DISCRIMINATOR, WEIGHTS
from deployment import instructions, read, stages
from serving import PROJECT


def is_ignored(path: str) -> bool:
    """Reads .dockerignore as Docker does: the last line that matches the path, or a folder above it, decides."""
    parts = [str(part) for part in (PurePath(path), *PurePath(path).parents)][:-1]
    ignored = False
    for line in read(".dockerignore").splitlines():
        if not line.startswith("#") and any(fnmatch(part, line.removeprefix("!")) for part in parts):
            ignored = not line.startswith("!")
    return ignored


def packages(requirement: Requirement, seen: set[str]) -> Iterator[str]:
    """Yields the name of every package that an installation brings."""
    if requirement.name.lower() in seen:
        return
    seen.add(requirement.name.lower())
    yield requirement.name.lower()
    for needed in map(Requirement, requires(requirement.name) or []):
        if not needed.marker or needed.marker.evaluate({"extra": ""}):
            yield from packages(needed, seen)


def test_what_the_dockerfile_copies_is_there_and_let_through() -> None:
    sources = [
        source
        for stage in stages()
        for line in instructions(stage, "COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    ]

    assert {"cyclegan", "webapp", "weights", "pyproject.toml"} <= set(sources)
    for source in sources:
        assert (PROJECT / source).exists(), source
        assert not is_ignored(source), source


def test_all_that_serves_is_let_through_and_nothing_else() -> None:
    tracked = subprocess.check_output(["git", "ls-files"], cwd=PROJECT, text=True).splitlines()  # noqa: S607
    served = [path for path in tracked if path.startswith(("cyclegan/", "webapp/"))]
    served += [f"weights/{WEIGHTS.stem}{suffix}" for suffix in (".json", ".pt", ".xml", ".bin", DISCRIMINATOR)]

    assert [path for path in served if is_ignored(path)] == []
    for path in (".git/config", ".venv/bin/python", "tests/pictures.py", "weights/monet.safetensors"):
        assert is_ignored(path), path


def test_an_openvino_server_gets_no_torch() -> None:
    (installation,) = instructions("openvino-packages", "RUN")
    project = tomllib.loads(read("pyproject.toml"))["project"]
    brought: set[str] = set()
    for requirement in project["dependencies"] + project["optional-dependencies"]["openvino"]:
        list(packages(Requirement(requirement), brought))

    assert instructions("openvino", "COPY")[0] == "--from=openvino-packages /venv /venv"
    assert ".[openvino,redis]" in shlex.split(installation)
    assert "torch" not in installation
    assert "openvino" in brought
    assert "torch" not in brought


def test_the_health_check_of_the_image(server: str) -> None:
    (check,) = instructions("server", "HEALTHCHECK")
    python, *arguments = json.loads(check.split("CMD", 1)[1])

    def ask(port: int) -> int:
        return subprocess.run(
            [sys.executable, *arguments], env={"PORT": str(port)}, stderr=subprocess.DEVNULL
        ).returncode

    assert python == "python"
    assert ask(urlsplit(server).port or 0) == 0
    assert ask(1) != 0
