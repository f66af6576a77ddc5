"""How fast the ways to run the generator are, side by side in one run: python benchmarks/inference.py

Each way paints the same 512×512 photo in a process of its own, alone, on one core and on all; then as many processes as
there are cores paint at once, one core each. Prints a table and writes benchmarks/inference.json.
ONEDNN_MAX_CPU_ISA=AVX2 (or AVX512_CORE_VNNI) limits the convolutions to what older processors have.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cyclegan.threads import usable_cores

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "weights" / "monet.pt"
SIDE = 512  # pixels
PAINTINGS = 20  # at least ...
SECONDS = 10.0  # ... and for so long
ISA = "ONEDNN_MAX_CPU_ISA"

Paint = Callable[[Any], Any]  # (SIDE, SIDE, 3) in [-1, 1] → the same


def first_way() -> Paint:
    """The generator as it was first deployed in this field: float32, scripted, 64 channels, 5 blocks, transposed
    convolutions. Its weights are random; the time doesn't depend on them."""
    import torch
    from torch import nn

    from cyclegan.networks import ResidualBlock

    def layer(convolution: nn.Module, channels: int) -> list[nn.Module]:
        return [convolution, nn.InstanceNorm2d(channels), nn.ReLU(inplace=True)]

    def up(inputs: int, outputs: int) -> nn.Module:
        return nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1)

    network = nn.Sequential(
        nn.ReflectionPad2d(3),
        *layer(nn.Conv2d(3, 64, 7), 64),
        *layer(nn.Conv2d(64, 128, 3, stride=2, padding=1), 128),
        *layer(nn.Conv2d(128, 256, 3, stride=2, padding=1), 256),
        *(ResidualBlock(256) for _ in range(5)),
        *layer(up(256, 128), 128),
        *layer(up(128, 64), 64),
        nn.ReflectionPad2d(3),
        nn.Conv2d(64, 3, 7),
        nn.Tanh(),
    ).eval()
    return _torch_way(torch.jit.freeze(torch.jit.script(network)))


def float_eager() -> Paint:
    from cyclegan.checkpoints import load_generator

    return _torch_way(load_generator(WEIGHTS.with_suffix(".safetensors"))[0])


def int8_torchscript() -> Paint:
    from cyclegan.engine import load_engine

    return load_engine(WEIGHTS).paint


WAYS: dict[str, Callable[[], Paint]] = {
    "first way": first_way,
    "float eager": float_eager,
    "int8 TorchScript": int8_torchscript,
}


def _torch_way(network: Any) -> Paint:
    import torch

    torch.set_num_threads(usable_cores())

    def paint(photo: Any) -> Any:
        with torch.inference_mode():
            return network(torch.from_numpy(photo).permute(2, 0, 1).unsqueeze(0))[0].permute(1, 2, 0).numpy()

    return paint


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "inference.json")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)  # the process of one way
    parser.add_argument("--cores", type=int, nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--busy", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        os.sched_setaffinity(0, given.cores)
        print(json.dumps(measure(given.way, given.busy)))
        return

    cores = sorted(os.sched_getaffinity(0))[: usable_cores()]
    found = {}
    for way in WAYS:
        alone, together = _run(way, cores[:1]), _run(way, cores)
        busy = [_start(way, [core], busy=True) for core in cores]
        for process in busy:
            process.stdout.readline()
        for process in busy:
            print(file=process.stdin, flush=True)
        paintings = sum(_answer(process)["an_hour"] for process in busy)
        found[way] = {
            "p50_one_core": alone["p50"],
            "p50": together["p50"],
            "p95": together["p95"],
            "cold_start": together["cold_start"],
            "peak_mib": together["peak_mib"],
            "an_hour_one_engine": 3600 / together["p50"],
            "an_hour_one_engine_a_core": paintings,
        }
        print(f"{way}: measured", file=sys.stderr)
    print(_table(found))
    machine = {"processor": _processor(), "cores": len(cores), ISA: os.environ.get(ISA, "")}
    given.output.write_text(json.dumps({"machine": machine, "side": SIDE, "ways": found}, indent=2) + "\n")


def measure(way: str, busy: bool) -> dict[str, float]:
    """Of this process: seconds from its start to the first painting and of later ones, and its peak memory."""
    import numpy as np

    photo = np.random.default_rng(0).random((SIDE, SIDE, 3), dtype=np.float32) * 2 - 1
    paint = WAYS[way]()
    paint(photo)
    cold_start = time.time() - _started()
    if busy:  # all begin together, when each is ready
        print(flush=True)
        sys.stdin.readline()
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < PAINTINGS or time.perf_counter() - begun < SECONDS:
        before = time.perf_counter()
        paint(photo)
        times.append(time.perf_counter() - before)
    return {
        "p50": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
        "an_hour": 3600 * len(times) / sum(times),
        "cold_start": cold_start,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _run(way: str, cores: list[int]) -> dict[str, float]:
    return _answer(_start(way, cores))


def _start(way: str, cores: list[int], busy: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", __file__, "--way", way, "--cores", *map(str, cores)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([*command, *["--busy"] * busy], **pipes)  # noqa: S603 (itself)


def _answer(process: subprocess.Popen[str]) -> dict[str, float]:
    answer, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{process.args} failed.")
    result: dict[str, float] = json.loads(answer)
    return result


def _started() -> float:
    """When this process began, in seconds since 1970."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return time.time() - uptime + ticks / os.sysconf("SC_CLK_TCK")


def _table(found: dict[str, dict[str, float]]) -> str:
    first = found["first way"]
    lines = [
        "| way | ms, all cores: p50 | p95 | against the first way | ms, one core | 1,000 an hour, one engine "
        "| one engine a core | cold start, s | peak MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for way, row in found.items():
        lines.append(
            f"| {way} | {1000 * row['p50']:.0f} | {1000 * row['p95']:.0f} | {first['p50'] / row['p50']:.1f}× "
            f"| {1000 * row['p50_one_core']:.0f} | {row['an_hour_one_engine'] / 1000:.1f} "
            f"| {row['an_hour_one_engine_a_core'] / 1000:.1f} | {row['cold_start']:.1f} | {row['peak_mib']:.0f} |"
        )
    return "\n".join(lines)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
