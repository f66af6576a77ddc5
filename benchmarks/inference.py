"""Compares the speed of all ways to run the generator in one run: python benchmarks/inference.py

Each way paints the same 512×512 photo in its own process, alone, on one core and on all; then one process per core
paints at the same time. After that come a photo of 12 megapixels at its full size, the floor (the least time that this
machine could need), and int8 and the first way with the instruction sets of older processors. Prints tables and writes
benchmarks/inference.json. Takes about ten minutes.
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
from tempfile import TemporaryDirectory
from typing import Any

from cyclegan.card import WEIGHTS
from cyclegan.engines.cores import usable_cores

ROOT = Path(__file__).parent.parent
SIDE = 512  # pixels
PAINTINGS = 20  # the least number of paintings timed ...
SECONDS = 10.0  # ... and the least time spent on them
LARGE = (4000, 3000)  # pixels
ISA = "ONEDNN_MAX_CPU_ISA"  # oneDNN's environment variable that limits the instruction set
OLDER = ("AVX2", "AVX512_CORE_VNNI")  # most cloud machines have one of these and no AMX

Paint = Callable[[Any], Any]  # (SIDE, SIDE, 3) in [-1, 1] → the same


def first_way(folder: Path) -> Paint:
    """The generator as it was first deployed in this field: float32, scripted, with transposed convolutions.

    It has 64 channels, 5 blocks and random weights, on which the time doesn't depend.
    """
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


def float_eager(folder: Path) -> Paint:
    """The shipped float weights in eager PyTorch."""
    from cyclegan.checkpoints import load_generator

    return _torch_way(load_generator(WEIGHTS.with_suffix(".safetensors"))[0])


def int8_torchscript(folder: Path) -> Paint:
    """The shipped TorchScript artifact."""
    from cyclegan.engines.load import load_engine

    return load_engine(WEIGHTS, "torchscript").paint


def int8_openvino(folder: Path) -> Paint:
    """The shipped OpenVINO artifact."""
    from cyclegan.engines.load import load_engine

    return load_engine(WEIGHTS, "openvino").paint


def bf16_openvino(folder: Path) -> Paint:
    """The float weights in OpenVINO, computed in bfloat16."""
    from cyclegan.card import WEIGHTS, load_card
    from cyclegan.engines.openvino import OpenVINOEngine, load_model

    model, tiling = load_model(folder / "float.xml"), load_card(WEIGHTS)["tiling"]
    return OpenVINOEngine(model, tiling, usable_cores(), "bf16").paint


def float_onnx(folder: Path) -> Paint:
    """The float weights in ONNX Runtime."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = usable_cores()
    session = InferenceSession(folder / "float.onnx", options, providers=["CPUExecutionProvider"])

    def paint(photo: Any) -> Any:
        return session.run(None, {"photo": photo.transpose(2, 0, 1)[None]})[0][0].transpose(1, 2, 0)

    return paint


WAYS: dict[str, Callable[[Path], Paint]] = {
    "first way": first_way,
    "float eager": float_eager,
    "float ONNX Runtime": float_onnx,
    "bf16 OpenVINO": bf16_openvino,
    "int8 TorchScript": int8_torchscript,
    "int8 OpenVINO": int8_openvino,
}
ENGINES = {"int8 TorchScript": "torchscript", "int8 OpenVINO": "openvino"}


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
    # These options are for the processes that this one starts.
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--cores", type=int, nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        os.sched_setaffinity(0, given.cores)
        print(json.dumps(TASKS[given.task](given.way, given.folder)))
        return
    with TemporaryDirectory() as folder:
        results = run(folder)
    print(_tables(results))
    given.output.write_text(json.dumps(results, indent=2) + "\n")


def run(folder: str) -> dict[str, Any]:
    """Measures everything, and returns what becomes inference.json. `folder` is for temporary models."""
    cores = sorted(os.sched_getaffinity(0))[: usable_cores()]
    _result(_start("prepare", folder, cores))
    ways = {}
    for way in WAYS:
        one_core = _result(_start("measure", folder, cores[:1], way))
        all_cores = _result(_start("measure", folder, cores, way))
        busy = [_start("measure_busy", folder, [core], way) for core in cores]
        for process in busy:
            process.stdout.readline()
        for process in busy:
            print(file=process.stdin, flush=True)
        ways[way] = {
            **all_cores,
            "p50_one_core": one_core["p50"],
            "an_hour_one_engine": 3600 / all_cores["p50"],
            "an_hour_one_engine_a_core": sum(_result(process)["an_hour"] for process in busy),
        }
        print(f"{way}: measured", file=sys.stderr)
    large = {way: _result(_start("paint_large", folder, cores, way)) for way in ENGINES}
    older = {
        isa: {way: _result(_start("measure", folder, cores, way, {ISA: isa}))["p50"] for way in ("first way", *ENGINES)}
        for isa in OLDER
    }
    floor = _result(_start("measure_floor", folder, cores))
    machine = {"processor": processor(), "cores": len(cores)}
    return {"machine": machine, "side": SIDE, "ways": ways, "large": large, "older": older, "floor": floor}


def prepare(way: None, folder: Path) -> None:
    """Writes the models that some ways need but that aren't shipped to `folder`."""
    import openvino as ov

    from cyclegan.checkpoints import load_generator
    from cyclegan.export.onnx import export_onnx
    from cyclegan.export.openvino import build

    weights = WEIGHTS.with_suffix(".safetensors")
    ov.save_model(build(load_generator(weights)[0], None), folder / "float.xml", compress_to_fp16=False)
    export_onnx(weights, folder / "float.onnx")


def measure(way: str, folder: Path) -> dict[str, float]:
    """Times one way, on its own."""
    return _measure(way, folder, wait=False)


def measure_busy(way: str, folder: Path) -> dict[str, float]:
    """Times one way while other processes do the same: waits for a line on stdin before it starts."""
    return _measure(way, folder, wait=True)


def _measure(way: str, folder: Path, wait: bool) -> dict[str, float]:
    """Returns, for this process, the seconds from its start to the first painting and of the later ones, the paintings
    an hour, and the peak memory in MiB.
    """
    import numpy as np

    photo = np.random.default_rng(0).random((SIDE, SIDE, 3), dtype=np.float32) * 2 - 1
    paint = WAYS[way](folder)
    paint(photo)
    cold_start = time.time() - _started()
    if wait:  # until all processes are ready
        print(flush=True)
        sys.stdin.readline()
    times = _times(lambda: paint(photo))
    return {
        "p50": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
        "an_hour": 3600 * len(times) / sum(times),
        "cold_start": cold_start,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def paint_large(way: str, folder: Path) -> dict[str, float]:
    """Returns the seconds, from picture to picture, for a photo of LARGE at full size and for one of SIDE."""
    import numpy as np
    from PIL import Image

    from cyclegan.engines.load import load_engine
    from cyclegan.paint.options import PaintingOptions
    from cyclegan.paint.painter import Painter

    generator = np.random.default_rng(0)
    painter = Painter(load_engine(WEIGHTS, ENGINES[way]))
    seconds = {}
    for brush in ("fine", "medium"):
        for name, (width, height) in {"small": (SIDE, SIDE), "large": LARGE}.items():
            photo = Image.fromarray(generator.integers(0, 256, (height, width, 3), dtype=np.uint8))
            options = PaintingOptions(size="full", brush=brush)
            times = []
            for _ in range(PAINTINGS if name == "small" else 3):
                canvas = photo.copy()
                before = time.perf_counter()
                painter.paint(canvas, options)
                times.append(time.perf_counter() - before)
            seconds[f"{name}_{brush}"] = statistics.median(times)
    return seconds


def measure_floor(way: None, folder: Path) -> dict[str, float]:
    """Returns lower bounds for the time of one photo on this machine, as in a roofline model.

    One bound is the time of its int8 multiply-adds at the best rate that a convolution reaches here; the other is the
    time to move its maps, as often as separate passes read and write them, at the bandwidth of a plain copy.
    """
    import torch

    from cyclegan.card import WEIGHTS, load_card

    blocks = load_card(WEIGHTS)["generator"]["residual_blocks"]
    c = load_card(WEIGHTS)["generator"]["base_channels"]
    side = SIDE + 2 * load_card(WEIGHTS)["tiling"]["margin"]
    h, q = side // 2, side // 4  # pixels: the sides after the first and the second stride
    up, blocked = q - 1, 2 * (q - 1) - 1  # in blocks: the sides after the first and the second resize
    convolutions = [  # (positions, multiply-adds at each, output values at each)
        (side**2, 49 * 3 * c, c),
        (h**2, 9 * c * 2 * c, 2 * c),
        (q**2, 9 * 2 * c * 4 * c, 4 * c),
        *[(q**2, 9 * 4 * c * 4 * c, 4 * c)] * (2 * blocks),
        (up**2, 4 * 4 * c * 8 * c, 8 * c),
        (blocked**2, 4 * 2 * c * 4 * c, 4 * c),
        ((blocked - 3) ** 2, 16 * 4 * c * 12, 12),
    ]
    operations = sum(positions * each for positions, each, _ in convolutions)
    # A convolution writes its map; a norm reads it and writes it again; the next convolution reads that.
    moved = sum(4 * positions * values for positions, _, values in convolutions)

    torch.set_num_threads(usable_cores())
    torch.backends.quantized.engine = "x86"
    channels, width = 256, 128
    x = torch.quantize_per_tensor(torch.randn(1, channels, width, width), 0.05, 128, torch.quint8)
    x = x.contiguous(memory_format=torch.channels_last)
    weight = torch.quantize_per_tensor(torch.randn(channels, channels, 3, 3), 0.05, 0, torch.qint8)
    packed = torch.ops.quantized.conv2d_prepack(weight, None, [1, 1], [1, 1], [1, 1], 1)
    rate = 9 * channels**2 * width**2 / min(_times(lambda: torch.ops.quantized.conv2d(x, packed, 1.0, 128)))
    source, target = torch.empty(2**26, dtype=torch.uint8), torch.empty(2**26, dtype=torch.uint8)
    bandwidth = 2 * 2**26 / min(_times(lambda: target.copy_(source)))
    return {
        "operations": operations,
        "bytes": moved,
        "operations_a_second": rate,
        "bytes_a_second": bandwidth,
        "operations_seconds": operations / rate,
        "bytes_seconds": moved / bandwidth,
    }


TASKS: dict[str, Callable[[Any, Path], Any]] = {
    task.__name__: task for task in (prepare, measure, measure_busy, paint_large, measure_floor)
}


def _times(run: Callable[[], Any]) -> list[float]:
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < PAINTINGS or time.perf_counter() - begun < SECONDS:
        before = time.perf_counter()
        run()
        times.append(time.perf_counter() - before)
    return times


def _start(
    task: str, folder: str, cores: list[int], way: str | None = None, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", __file__, "--task", task, "--folder", folder]
    command += ["--cores", *map(str, cores), *(["--way", way] if way else [])]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, **(environment or {})}, **pipes)  # noqa: S603 (itself)


def _result(process: subprocess.Popen[str]) -> Any:
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{process.args} failed.")
    return json.loads(output)


def _started() -> float:
    """Returns the time at which this process started, in seconds since 1970."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return time.time() - uptime + ticks / os.sysconf("SC_CLK_TCK")


def _tables(results: dict[str, Any]) -> str:
    ways, first, floor = results["ways"], results["ways"]["first way"]["p50"], results["floor"]
    least = max(floor["operations_seconds"], floor["bytes_seconds"])
    lines = [
        "| way | ms, all cores: p50 | p95 | against the first way | against the floor | ms, one core "
        "| 1,000 an hour, one engine | one engine a core | cold start, s | peak MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for way, row in ways.items():
        lines.append(
            f"| {way} | {1000 * row['p50']:.0f} | {1000 * row['p95']:.0f} | {first / row['p50']:.1f}× "
            f"| {row['p50'] / least:.1f}× | {1000 * row['p50_one_core']:.0f} | {row['an_hour_one_engine'] / 1000:.1f} "
            f"| {row['an_hour_one_engine_a_core'] / 1000:.1f} | {row['cold_start']:.1f} | {row['peak_mib']:.0f} |"
        )
    lines += [
        "",
        f"The floor: {floor['operations'] / 1e9:.1f} billion multiply-adds "
        f"at {floor['operations_a_second'] / 1e12:.2f} trillion a second, {1000 * floor['operations_seconds']:.0f} ms; "
        f"{floor['bytes'] / 1e6:.0f} MB moved "
        f"at {floor['bytes_a_second'] / 1e9:.0f} GB a second, {1000 * floor['bytes_seconds']:.0f} ms.",
        "",
        f"| {LARGE[0]}×{LARGE[1]} at full size, from picture to picture | s | times one of {SIDE}×{SIDE} "
        "| brush medium, s |",
        "|---|--:|--:|--:|",
    ]
    for way, row in results["large"].items():
        times = row["large_fine"] / row["small_fine"]
        lines.append(f"| {way} | {row['large_fine']:.1f} | {times:.0f} | {row['large_medium']:.1f} |")
    lines += ["", f"| ms, as with {ISA} | {' | '.join(OLDER)} |", f"|---|{'--:|' * len(OLDER)}"]
    for way in ("first way", *ENGINES):
        cells = [f"{1000 * row[way]:.0f} ({row['first way'] / row[way]:.1f}×)" for row in results["older"].values()]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return "\n".join(lines)


def processor() -> str:
    """Returns the processor's name."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
