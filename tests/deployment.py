"""Reads the deployment files for their tests."""

import json
import re
import shlex
from typing import Any

import yaml

from serving import PROJECT

TARGETS = ["torchscript", "openvino"]


def read(name: str) -> str:
    return (PROJECT / name).read_text()


def stages() -> dict[str, list[tuple[str, str]]]:
    """Returns the instructions of each stage of the Dockerfile; FROM comes first."""
    stages: dict[str, list[tuple[str, str]]] = {}
    text = re.sub(r"^\s*#.*\n", "", read("Dockerfile"), flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        word, rest = line.split(maxsplit=1)
        if word == "FROM":
            name = rest.split(" AS ")[1]
            stages[name] = []
        stages[name].append((word, rest))
    return stages


def instructions(stage: str, word: str) -> list[str]:
    return [rest for instruction, rest in stages()[stage] if instruction == word]


def manifest(kind: str) -> dict[str, Any]:
    return next(part for part in yaml.safe_load_all(read("deploy/kubernetes.yaml")) if part["kind"] == kind)


def pod() -> dict[str, Any]:
    return manifest("Deployment")["spec"]["template"]["spec"]


def container() -> dict[str, Any]:
    return pod()["containers"][0]


def image_environment(target: str) -> dict[str, str]:
    pairs = [pair for stage in ("server", target) for line in instructions(stage, "ENV") for pair in shlex.split(line)]
    return dict(pair.split("=", 1) for pair in pairs)


def environments() -> dict[str, dict[str, str]]:
    return {
        "app.json": {name: entry["value"] for name, entry in json.loads(read("app.json"))["env"].items()},
        "kubernetes.yaml": {entry["name"]: entry.get("value", "a secret") for entry in container()["env"]},
        **{target: image_environment(target) for target in TARGETS},
    }
