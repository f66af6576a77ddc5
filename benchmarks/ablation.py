"""Compares generators by size and output, tanh alone or added to the photo, at equal training budgets.

python benchmarks/ablation.py --paintings … --photos … --test-photos … --output runs/ablation [--steps 500] [--device …]

Trains every combination below for the same number of steps on the same samples, then writes docs/ablation.md and
docs/ablation.svg. When started again, it resumes, but measures all times anew: leave the machine idle meanwhile.
"""

import argparse
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import matplotlib.pyplot as plt
import torch

from cyclegan.checkpoints import load_generator
from cyclegan.evaluate.evaluator import Evaluation, Evaluator
from cyclegan.export.artifact import load_photo
from cyclegan.export.calibration import calibrate
from cyclegan.export.torchscript import compile_script, quantize
from cyclegan.folders import readable_pictures
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.train.config import TrainingConfig
from cyclegan.train.loop import LAST, train
from cyclegan.train.trainer import Trainer

DOCS = Path(__file__).parent.parent / "docs"
BLOCKS = (3, 5, 9)
CHANNELS = (32, 64)
OUTPUTS = {"tanh": False, "photo + residual": True}
CALIBRATION_PHOTOS = 8
SIDE = 512  # pixels, of the square photo on which int8 is timed
TIMED_PAINTINGS = 10
TIMED_STEPS = 4


@dataclass(frozen=True)
class Row:
    """The results of one architecture."""

    generator: GeneratorConfig
    evaluation: Evaluation
    step_seconds: float  # of a training step, uncompiled
    int8_milliseconds: float  # of a painting

    @property
    def output(self) -> str:
        return next(name for name, residual in OUTPUTS.items() if residual == self.generator.residual_output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for folder in ("paintings", "photos", "test-photos", "output"):
        parser.add_argument(f"--{folder}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--crop", type=int, default=128)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    photos = readable_pictures(given.test_photos)
    evaluator = Evaluator(photos, readable_pictures(given.paintings))
    rows = []
    for channels, blocks, (output, residual) in itertools.product(CHANNELS, BLOCKS, OUTPUTS.items()):
        # The loss weights of the shipped recipe for all, although tanh alone would need stronger constraints.
        config = TrainingConfig(
            given.paintings,
            given.photos,
            given.output / f"{channels}-{blocks}-{output.split()[-1]}",
            steps=given.steps,
            crop=given.crop,
            batch_size=given.batch_size,
            device=given.device,
            cycle_weight=1.5,
            identity_weight=0.5,
            constrain_every=2,
            feature_weight=1.0,
        )
        rows.append(measure(config, GeneratorConfig(channels, blocks, residual), evaluator, photos))
        write(rows, given, len(photos), evaluator.evaluate_photos())


def measure(config: TrainingConfig, architecture: GeneratorConfig, evaluator: Evaluator, photos: list[Path]) -> Row:
    """Trains, evaluates and times one architecture. Resumes training, and reuses an evaluation that was stored."""
    last, judged = config.output / LAST, config.output / "judged.json"
    torch._dynamo.reset()  # since it compiles at most eight architectures of one class
    train(config, architecture, resume=last.exists())
    generator, _ = load_generator(last)
    if not judged.exists():
        judged.write_text(json.dumps(asdict(evaluator(generator))))
    evaluation = Evaluation(**json.loads(judged.read_text()))
    return Row(architecture, evaluation, step_seconds(config, architecture), int8_milliseconds(generator, photos))


def step_seconds(config: TrainingConfig, architecture: GeneratorConfig) -> float:
    """Returns the time of the fastest of several steps with all losses, since noise only adds time.

    Not compiled, since that takes minutes.
    """
    trainer = Trainer(replace(config, compile=False, constrain_every=1), architecture)
    batch = (config.batch_size, 3, config.crop, config.crop)
    painting, photo = torch.rand(batch) * 2 - 1, torch.rand(batch) * 2 - 1
    return min(seconds(lambda: trainer.step(painting, photo)) for _ in range(TIMED_STEPS))


def int8_milliseconds(generator: Generator, photos: list[Path]) -> float:
    """Quantizes the generator and returns the time of its fastest painting."""
    calibration = calibrate(generator, [load_photo(photo) for photo in photos[:CALIBRATION_PHOTOS]])
    script = compile_script(quantize(generator, calibration))
    photo = torch.rand(1, 3, SIDE, SIDE) * 2 - 1
    with torch.inference_mode():
        return 1000 * min(seconds(lambda: script(photo)) for _ in range(TIMED_PAINTINGS))


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def write(rows: list[Row], given: argparse.Namespace, photos: int, untouched: Evaluation) -> None:
    lines = [
        "# Ablation: how large should a generator be, and what should it output?",
        "",
        f"Every row had the same budget, {given.steps:,} steps of {given.batch_size} crop(s) of {given.crop}² with the",
        "same seed, the same samples and the loss weights of the shipped run. No row is trained to its end.",
        f"The {photos} test photos themselves have a KID × 1000 of {untouched.kid:.1f} and, by definition,",
        "a content of 1.",
        "KID somewhat flatters generators that were trained with a network of the family that measures it",
        "([training](training.md)), all rows alike.",
        "",
        f"| channels | blocks | output | KID × 1000 | content | s a step, uncompiled | ms of int8 at {SIDE}² |",
        "|--:|--:|---|--:|--:|--:|--:|",
        *(
            f"| {row.generator.base_channels} | {row.generator.residual_blocks} | {row.output} "
            f"| {row.evaluation.kid:.1f} | {row.evaluation.content:.3f} "
            f"| {row.step_seconds:.2f} | {row.int8_milliseconds:.0f} |"
            for row in rows
        ),
        "",
        "![KID against the time of a painting](ablation.svg)",
        "",
        f"Made by `benchmarks/ablation.py` on {torch.get_num_threads()} threads, for training and for painting.",
    ]
    (DOCS / "ablation.md").write_text("\n".join(lines) + "\n")

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for output, marker in zip(OUTPUTS, "so", strict=True):
        found = [row for row in rows if row.output == output]
        axes.scatter(
            [row.int8_milliseconds for row in found], [row.evaluation.kid for row in found], marker=marker, label=output
        )
    for row in rows:
        name = f"{row.generator.base_channels} × {row.generator.residual_blocks}"
        axes.annotate(name, (row.int8_milliseconds, row.evaluation.kid), (5, 4), textcoords="offset points", fontsize=8)
    axes.axhline(untouched.kid, color="grey", linewidth=0.8, linestyle="--", label="the photos")
    axes.set(xlabel=f"ms of int8 at {SIDE}²", ylabel="KID × 1000: lower is closer to the paintings")
    axes.set_title("channels × blocks, at equal budgets", fontsize=10)
    axes.legend()
    figure.savefig(DOCS / "ablation.svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
