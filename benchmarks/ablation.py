"""Measures what each part of the recipe brings: trains generators that differ in one thing, at equal budgets.

python benchmarks/ablation.py --paintings … --photos … --test-photos … --output runs/ablation [--rows base contrast]

Every row takes the same number of steps on the same samples, its decay of the learning rate included. A row of the
table is the recipe with the change that its name stands for. Finished rows are kept and unfinished ones resumed, so
rows can be trained one by one, on several machines; docs/ablation.md is written from all that the output folder holds.
Each row also has sheet.jpg: the same 24 test photos, each with its painting, to be looked at.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch
from PIL import Image

from cyclegan.checkpoints import load_generator
from cyclegan.evaluate.evaluator import Evaluation, Evaluator
from cyclegan.export.artifact import pick_evenly
from cyclegan.folders import readable_pictures
from cyclegan.networks import GeneratorConfig
from cyclegan.pictures import to_picture
from cyclegan.reading.read import load_picture
from cyclegan.tensors import to_tensor
from cyclegan.torchvision_cpu import make_grid
from cyclegan.train.config import TrainingConfig
from cyclegan.train.loop import LAST, train

TABLE: Final = Path(__file__).parent.parent / "docs" / "ablation.md"
EVALUATION: Final = "evaluation.json"
SHEET: Final = "sheet.jpg"
SHEET_PHOTOS: Final = 24
SHEET_SIDE: Final = 256  # pixels, of each picture
SHEET_PAIRS: Final = 4  # in a row of the sheet

RECIPE: Final[dict[str, Any]] = {
    "crop": 128,
    "views": True,
    "cycle_weight": 1.5,
    "identity_weight": 0.5,
    "constrain_every": 2,
    "feature_weight": 1.0,
}
GENERATOR: Final = GeneratorConfig(base_channels=32, residual_blocks=5, low_pass=4)


@dataclass(frozen=True)
class Change:
    """What a row of the table changes in the recipe."""

    words: str
    training: dict[str, Any] = field(default_factory=dict)
    generator: dict[str, Any] = field(default_factory=dict)


ROWS: Final = {
    "base": Change("low pass of 4 pixels, views"),
    "base-seed-1": Change("the same, another seed", {"seed": 1}),
    "whole-photo": Change("the whole photo in the skip, details only", {"views": False}, {"low_pass": 1}),
    "no-views": Change("details only", {"views": False}),
    "low-pass-2": Change("low pass of 2 pixels", {}, {"low_pass": 2}),
    "low-pass-8": Change("low pass of 8 pixels", {}, {"low_pass": 8}),
    "contrast": Change("contrast loss, weight 10", {"contrast_weight": 10.0}),
    "contour": Change("contour loss, weight 10", {"contour_weight": 10.0}),
    "contrast-contour": Change(
        "contrast and contour loss, weight 10", {"contrast_weight": 10.0, "contour_weight": 10.0}
    ),
    "augment": Change("augmented discriminators", {"augment": True}),
    "palette": Change(
        "these and the palette critic, weight 0.5",
        {"contrast_weight": 10.0, "contour_weight": 10.0, "palette_weight": 0.5},
    ),
    "contrast-strong": Change("contrast loss, weight 40", {"contrast_weight": 40.0}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for folder in ("paintings", "photos", "test-photos", "output"):
        parser.add_argument(f"--{folder}", type=Path, required=True)
    parser.add_argument("--rows", nargs="*", choices=ROWS, default=list(ROWS))
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="bfloat16")
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    photos, paintings = readable_pictures(given.test_photos), readable_pictures(given.paintings)
    evaluator = Evaluator(photos, paintings)
    untouched = evaluator.evaluate_photos()
    for name in given.rows:
        measure(name, given, evaluator, photos)
        write(given.output, untouched, len(photos))


def measure(name: str, given: argparse.Namespace, evaluator: Evaluator, photos: Sequence[Path]) -> None:
    """Trains and evaluates one row, unless its folder holds an evaluation already."""
    folder, change = given.output / name, ROWS[name]
    if (folder / EVALUATION).exists():
        return
    config = TrainingConfig(
        given.paintings,
        given.photos,
        folder,
        steps=given.steps,
        precision=given.precision,
        device=given.device,
        compile=False,
        workers=0,
        **RECIPE | change.training,
    )
    reached = train(config, replace(GENERATOR, **change.generator), resume=(folder / LAST).exists())
    if reached < given.steps:
        raise SystemExit(f"Stopped after step {reached} of {name}: start again to go on.")
    generator, _ = load_generator(folder / LAST)
    paintings = list(evaluator.paintings(generator))
    evaluation = asdict(evaluator.evaluate(paintings)) | {"steps": given.steps}
    pairs = dict(zip(photos, paintings, strict=True))
    shown = pick_evenly(photos, SHEET_PHOTOS)
    draw_sheet((load_picture(photo), pairs[photo]) for photo in shown).save(folder / SHEET, quality=90)
    (folder / EVALUATION).write_text(json.dumps(evaluation))


def draw_sheet(pairs: Iterable[tuple[Image.Image, Image.Image]]) -> Image.Image:
    """Returns photos, each with its painting on its right."""
    pictures = [to_tensor(picture.resize((SHEET_SIDE, SHEET_SIDE))) for pair in pairs for picture in pair]
    return to_picture(make_grid(torch.stack(pictures), nrow=2 * SHEET_PAIRS, padding=0).permute(1, 2, 0).numpy())


def write(output: Path, untouched: Evaluation, photos: int) -> None:
    """Writes the table of all finished rows."""
    found = {
        name: json.loads((output / name / EVALUATION).read_text())
        for name in ROWS
        if (output / name / EVALUATION).is_file()
    }
    figures = [("the photos themselves", asdict(untouched)), *((ROWS[name].words, row) for name, row in found.items())]
    lines = [
        "# Ablation: what does each part of the recipe bring?",
        "",
        "Each row changes one thing in the first. All took the same steps on the same samples, to the end of the decay",
        f"of their learning rate; {photos} test photos at their own size, the averaged generator in float.",
        "[`artefacts.py`](../cyclegan/evaluate/artefacts.py) says what the columns from contours to palette measure.",
        "KID flatters all rows alike, since they were trained with a network of the family that measures it",
        "([training](training.md)).",
        "",
        "| | steps | KID × 1000 | content | contours (p99) | colours | detail | palette |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {words} | {row.get('steps', '')} | {row['kid']:.1f} | {row['content']:.3f} "
            f"| {row['contours']:.2f} ({row['contours_p99']:.1f}) | {row['colours']:.2f} | {row['detail']:.2f} "
            f"| {row['palette']:.1f} |"
            for words, row in figures
        ),
        "",
        "Made by `benchmarks/ablation.py`.",
    ]
    TABLE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
