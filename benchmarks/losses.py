"""What goes wrong without each loss: a trained run is trained on, each time with one of its losses missing.

python benchmarks/losses.py --checkpoint runs/monet/last.pt --paintings … --photos … --output runs/losses [--steps 1500]

The first variant goes on with all of them, for comparison. Each writes its averaged generator, `<variant>.safetensors`,
and the generator of the way back, `<variant>-back.safetensors`. Started again, it leaves out those that are there.
docs/make_story.py then paints with them.
"""

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from torch.utils.data import DataLoader
from tqdm import tqdm

from cyclegan.checkpoints import load_checkpoint, save_generator
from cyclegan.folders import readable_pictures
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.train.config import TrainingConfig
from cyclegan.train.dataset import UnpairedPictures
from cyclegan.train.trainer import Trainer

# The feature critic is a judge too: it asks for the same as the patch discriminators.
MISSING: dict[str, dict[str, float]] = {
    "all": {},
    "no-adversarial": {"adversarial_weight": 0.0, "feature_weight": 0.0},
    "no-cycle": {"cycle_weight": 0.0},
    "no-identity": {"identity_weight": 0.0},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("checkpoint", "paintings", "photos", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1500)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    for variant, missing in MISSING.items():
        target = given.output / f"{variant}.safetensors"
        if not target.exists():
            train_on(given, variant, missing, target)


def train_on(given: argparse.Namespace, variant: str, missing: dict[str, float], target: Path) -> None:
    state = load_checkpoint(given.checkpoint)
    begun, generator = state["step"], GeneratorConfig(**state["generator_config"])
    config = TrainingConfig(given.paintings, given.photos, given.output, **settings_of(state))
    # So far from its end, the learning rate is its constant part.
    config = replace(config, steps=2 * (begun + given.steps))
    trainer = Trainer(config, generator)
    trainer.load_state_dict(state)
    trainer.config = replace(config, **cast(Any, missing))
    samples = config.batch_size * config.discriminator_steps  # of each step
    pictures = UnpairedPictures(
        readable_pictures(given.paintings),
        readable_pictures(given.photos),
        config.steps * samples,
        config.crop,
        config.load_size,
        config.seed,
    )
    numbers = range(begun * samples, (begun + given.steps) * samples)
    for painting, photo in tqdm(DataLoader(pictures, samples, sampler=numbers), desc=variant):
        trainer.step(painting, photo)
    save_generator(trainer.to_photo, generator, target.with_stem(f"{variant}-back"))
    save_generator(cast(Generator, trainer.averaged.module), generator, target)


def settings_of(state: dict[str, Any]) -> dict[str, Any]:
    """Those that the run had at its end, as far as they are of the training and not of the machine."""
    recorded = state["record"]["settings"][-1]["settings"]
    return {field.name: recorded[field.name] for field in fields(TrainingConfig) if field.name in recorded}


if __name__ == "__main__":
    main()
