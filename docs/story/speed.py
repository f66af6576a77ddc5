"""How fast each way to run the generator is, as benchmarks/inference.py measured it."""

import json
from pathlib import Path

from webapp.pages.architecture.story import Speed

# What the benchmark calls them → what the model card does, the slowest first.
WAYS = {
    "first way": "first way",
    "float eager": "float eager",
    "bf16 OpenVINO": "openvino bf16",
    "int8 TorchScript": "torchscript int8",
    "int8 OpenVINO": "openvino int8",
}


def speed(benchmark: Path) -> list[Speed]:
    measured = json.loads(benchmark.read_text())
    machine = measured["machine"]
    return [
        Speed(
            way=way,
            milliseconds=round(1000 * measured["ways"][name]["p50"]),
            processor=machine["processor"],
            cores=machine["cores"],
        )
        for name, way in WAYS.items()
    ]
