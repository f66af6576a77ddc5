"""Paints and scores three series: during training, with repeated passes, and with one of the losses missing."""

from pathlib import Path
from statistics import fmean

import torch
from torch import nn

from cyclegan.checkpoints import load_generator
from cyclegan.engines.engine import Engine
from cyclegan.evaluate.evaluator import Evaluator
from cyclegan.paint.options import PASSES, PaintingOptions
from cyclegan.paint.painter import Painter
from cyclegan.pictures import to_picture, to_pixels
from cyclegan.reading.read import load_picture
from cyclegan.tensors import to_tensor
from story.pictures import example, paint, save
from webapp.pages.architecture.story import Evaluation, Figures, Learning, LearningStep, Losses, Passes, PassFigures

LEARNT = ["hills", "mountains", "dandelions"]
REPEATED = "summer-palace"
REPEATED_SIDE = 512  # pixels, the longer side
MISSED = ["hills", "boats"]
BACK = "-back"  # the suffix of the files with generators from painting to photo
WAYS_BACK = ("all", "no-cycle")  # the variants whose restored photos are shown


def learning(folder: Path, evaluated: list[Evaluation]) -> Learning:
    """Paints the examples at several steps of training.

    `folder` holds checkpoints, or published float weights, each named by its step. `evaluated` is the run's
    evaluations.
    """
    kids = {evaluation["step"]: evaluation["kid"] for evaluation in evaluated}
    for name in LEARNT:
        save(example(name), f"learning/{name}-0")
    steps = [LearningStep(step=0)]
    for path in sorted(folder.iterdir(), key=lambda path: int(path.stem)):
        generator, _ = load_generator(path)
        for name in LEARNT:
            save(paint(generator, example(name)), f"learning/{name}-{path.stem}")
        step = int(path.stem)
        steps.append(LearningStep(step=step, kid=kids[step]) if step in kids else LearningStep(step=step))
    return Learning(examples=LEARNT, steps=steps)


def passes(engine: Engine, evaluator: Evaluator, photos: list[Path]) -> Passes:
    """Paints an example with each number of passes, and scores all `photos` after each pass."""
    photo = example(REPEATED, REPEATED_SIDE)
    save(photo, "passes/0")
    evaluation = evaluator.evaluate_photos()
    figures = [PassFigures(passes=0, kid=evaluation.kid, content=evaluation.content)]
    painted = [to_pixels(load_picture(path)) for path in photos]
    for number in PASSES:
        painted = [engine.paint(pixels) for pixels in painted]
        evaluation = evaluator.evaluate(map(to_picture, painted))
        figures.append(PassFigures(passes=number, kid=evaluation.kid, content=evaluation.content))
        save(Painter(engine).paint(photo.copy(), PaintingOptions(passes=number)), f"passes/{number}")
    return Passes(example=REPEATED, figures=figures)


def losses(folder: Path, steps: int, evaluator: Evaluator, photos: list[Path]) -> Losses:
    """Paints the examples with each variant and scores it. `folder` is the output folder of benchmarks/losses.py."""
    for name in MISSED:
        save(example(name), f"losses/photo-{name}")
    variants, back = {}, {}
    for path in sorted(path for path in folder.glob("*.safetensors") if not path.stem.endswith(BACK)):
        generator, _ = load_generator(path)
        evaluation = evaluator(generator)
        variants[path.stem] = Figures(kid=evaluation.kid, content=evaluation.content)
        for name in MISSED:
            save(paint(generator, example(name)), f"losses/{path.stem}-{name}")
        if path.stem in WAYS_BACK:
            to_photo, _ = load_generator(path.with_stem(path.stem + BACK))
            round_trip = nn.Sequential(generator, to_photo)
            for name in MISSED:
                save(paint(round_trip, example(name)), f"losses/back-{path.stem}-{name}")
            back[path.stem] = mean_difference(round_trip, photos)
    return Losses(steps=steps, examples=MISSED, variants=variants, back=back)


def mean_difference(round_trip: nn.Module, photos: list[Path]) -> float:
    """Returns the mean absolute difference, in [-1, 1], between the photos and what `round_trip` makes of them."""
    differences = []
    with torch.inference_mode():
        for path in photos:
            photo = to_tensor(load_picture(path)).unsqueeze(0)
            differences.append(float((round_trip(photo) - photo).abs().mean()))
    return round(fmean(differences), 4)
