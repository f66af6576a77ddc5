"""Reads how fast each way to run the generator is from the results of benchmarks/inference.py."""

import json
from pathlib import Path

from webapp.pages.architecture.story import Speed

# The benchmark's names → the model card's names, from the slowest to the fastest.
WAYS = {
    "first way": "first way",
    "float eager": "float eager",
    "bf16 OpenVINO": "openvino bf16",
    "int8 TorchScript": "torchscript int8",
    "int8 OpenVINO": "openvino int8",
}


def speed(benchmark: Path) -> list[Speed]:
    """Returns the median time of one painting for each way. `benchmark` is the JSON file."""
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
