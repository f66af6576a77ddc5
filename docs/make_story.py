"""Makes the measured figures and pictures of the architecture page: its story.json and webapp/assets/story.

python docs/make_story.py --run runs/monet --learning runs/learning --losses runs/losses --photos … --paintings …
    --test-paintings …

Uses the shipped weights; docs/training.md says what the folders hold. Takes a few minutes.
"""

import argparse
import json
import re
import shutil
from pathlib import Path

from story.cycle import cycle
from story.metrics import curves, evaluations
from story.norm import norm
from story.paintings import learning, losses, passes
from story.pictures import PICTURES
from story.rounding import rounding
from story.scored import scored
from story.speed import speed

from cyclegan.card import DISCRIMINATOR, sha256
from cyclegan.checkpoints import load_generator
from cyclegan.engines.load import load_engine
from cyclegan.evaluate.evaluator import Evaluator
from cyclegan.folders import find_pictures
from cyclegan.train.journal import read_metrics
from cyclegan.train.loop import LAST
from webapp.pages.architecture.story import STORY, Story

PROJECT = Path(__file__).resolve().parent.parent
WEIGHTS = PROJECT / "weights" / "monet.pt"
# A list or an object in JSON that contains no other; each goes on one line.
INNERMOST = re.compile(r"[\[{][^\[\]{}]*[\]}]")


def main() -> None:
    given = arguments()
    photos = find_pictures(given.photos)
    evaluator = Evaluator(photos, find_pictures(given.paintings))
    published = WEIGHTS.with_suffix(".safetensors")
    generator, _ = load_generator(published)
    rows = read_metrics(given.run)
    run = evaluations(rows)
    shutil.rmtree(PICTURES, ignore_errors=True)
    normed = norm(generator)
    story = Story(
        weights=sha256(published),
        curves=curves(rows),
        evaluations=run,
        learning=learning(given.learning, run),
        passes=passes(load_engine(WEIGHTS), evaluator, photos),
        cycle=cycle(generator, given.run / LAST),
        scored=scored(generator, WEIGHTS.with_suffix(DISCRIMINATOR), photos, find_pictures(given.test_paintings)),
        losses=losses(given.losses, given.losses_steps, evaluator, photos),
        norm=normed,
        rounding=rounding(generator, WEIGHTS, normed["channel"]),
        speed=speed(PROJECT / "benchmarks" / "inference.json"),
    )
    STORY.write_text(INNERMOST.sub(on_one_line, json.dumps(story, indent=1)) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, what in {
        "run": "the folder of the shipped weights' training run, with metrics.jsonl and last.pt",
        "learning": "a folder of checkpoints of that run, or of float weights, each named by its step",
        "losses": "the output folder of benchmarks/losses.py",
        "photos": "a folder of test photos, for KID",
        "paintings": "a folder of paintings to compare them with",
        "test-paintings": "a folder of paintings not seen in training, for the discriminator",
    }.items():
        parser.add_argument(f"--{name}", type=Path, required=True, help=what)
    parser.add_argument("--losses-steps", type=int, default=1500, help="the --steps given to benchmarks/losses.py")
    return parser.parse_args()


def on_one_line(match: re.Match[str]) -> str:
    text = match[0]
    return text[0] + " ".join(text[1:-1].split()) + text[-1]


if __name__ == "__main__":
    main()
