"""Shows what goes wrong without each loss: continues a training run several times, each time without one of its losses.

python benchmarks/losses.py --checkpoint runs/monet/last.pt --paintings … --photos … --output runs/losses [--steps 1500]

The first variant keeps all losses, for comparison. Each writes its averaged generator, `<variant>.safetensors`, and the
generator from paintings to photos, `<variant>-back.safetensors`. When started again, it skips existing variants.
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

# Without the adversarial loss, the critics go too, since they are adversarial as well.
MISSING: dict[str, dict[str, float]] = {
    "all": {},
    "no-adversarial": {"adversarial_weight": 0.0, "feature_weight": 0.0, "palette_weight": 0.0},
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
            continue_training(given, variant, missing, target)


def continue_training(given: argparse.Namespace, variant: str, missing: dict[str, float], target: Path) -> None:
    """Trains one variant, with the loss weights `missing` at 0, and writes its two generators."""
    state = load_checkpoint(given.checkpoint)
    begun, generator = state["step"], GeneratorConfig(**state["generator_config"])
    config = TrainingConfig(given.paintings, given.photos, given.output, **settings_of(state))
    # With the end this far away, the learning rate stays constant.
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
        config.views,
    )
    numbers = range(begun * samples, (begun + given.steps) * samples)
    for painting, photo in tqdm(DataLoader(pictures, samples, sampler=numbers), desc=variant):
        trainer.step(painting, photo)
    save_generator(trainer.to_photo, generator, target.with_stem(f"{variant}-back"))
    save_generator(cast(Generator, trainer.averaged.module), generator, target)


def settings_of(state: dict[str, Any]) -> dict[str, Any]:
    """Returns the run's last settings, without those that TrainingConfig doesn't have."""
    recorded = state["record"]["settings"][-1]["settings"]
    return {field.name: recorded[field.name] for field in fields(TrainingConfig) if field.name in recorded}


if __name__ == "__main__":
    main()
