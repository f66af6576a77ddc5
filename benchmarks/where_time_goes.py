"""Profiles the painting of one 512×512 photo, operation by operation: python benchmarks/where_time_goes.py

Profiles the int8 network in both engines on all cores, and prints a table for each.
"""

import warnings
from collections import Counter

import numpy as np
import openvino as ov
import torch

from cyclegan.card import WEIGHTS, load_card
from cyclegan.engines.cores import usable_cores
from cyclegan.engines.load import load_engine
from cyclegan.engines.openvino import compile_model, extend, load_model, to_batch, with_short_lifetimes
from cyclegan.pictures import Pixels

SIDE = 512  # pixels
WARM_UP = 5  # paintings
PAINTINGS = 10
ROWS = 14  # of each table, at most


def main() -> None:
    warnings.simplefilter("ignore")  # torch.jit is deprecated upstream; torch is pinned
    photo = np.random.default_rng(0).random((SIDE, SIDE, 3), dtype=np.float32) * 2 - 1
    for name, profile in (("TorchScript", torchscript), ("OpenVINO", openvino)):
        calls, milliseconds = profile(photo)
        total = sum(milliseconds.values())
        print(f"\n| {name} | calls | ms | share |\n|---|--:|--:|--:|")
        for operation, spent in milliseconds.most_common(ROWS):
            print(f"| {operation} | {calls[operation]} | {spent:.1f} | {spent / total:.0%} |")
        print(f"| all | {sum(calls.values())} | {total:.1f} | |")


def torchscript(photo: Pixels) -> tuple[Counter[str], Counter[str]]:
    """Returns the calls and the milliseconds per painting of each operation."""
    engine = load_engine(WEIGHTS, "torchscript")
    for _ in range(WARM_UP):
        engine.paint(photo)
    with torch.profiler.profile() as profile:
        for _ in range(PAINTINGS):
            engine.paint(photo)
    calls, milliseconds = Counter[str](), Counter[str]()
    for event in profile.key_averages():
        calls[event.key] += event.count // PAINTINGS
        milliseconds[event.key] += event.self_cpu_time_total / 1000 / PAINTINGS
    return calls, milliseconds


def openvino(photo: Pixels) -> tuple[Counter[str], Counter[str]]:
    """Returns the calls and the milliseconds per painting of each operation."""
    model = with_short_lifetimes(load_model(WEIGHTS.with_suffix(".xml")))
    request = compile_model(model, usable_cores(), counted=True)
    extended, _, _ = extend(photo, load_card(WEIGHTS)["tiling"])
    batch = to_batch(extended)
    calls, milliseconds = Counter[str](), Counter[str]()
    for number in range(WARM_UP + PAINTINGS):
        request.infer([batch])
        for node in request.profiling_info:
            if number >= WARM_UP and node.status == ov.ProfilingInfo.Status.EXECUTED:
                key = f"{node.node_type} ({node.exec_type})"
                calls[key] += 1
                milliseconds[key] += node.real_time.total_seconds() * 1000 / PAINTINGS
    return Counter({key: count // PAINTINGS for key, count in calls.items()}), milliseconds


if __name__ == "__main__":
    main()
