"""Compares the pictures per second of this trainer and of a plain eager float32 CycleGAN step, in one run.

python benchmarks/training.py [--device cuda] [--crop 256] [--base-channels 64] [--batch-size 1] [--rounds 5]
"""

import argparse
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import Adam

from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator
from cyclegan.train.config import TrainingConfig
from cyclegan.train.losses import cycle_loss, discriminator_loss, generator_adversarial_loss, identity_loss
from cyclegan.train.trainer import Trainer

Step = Callable[[Tensor, Tensor], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--crop", type=int, default=256)
    parser.add_argument("--base-channels", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    architecture = GeneratorConfig(base_channels=given.base_channels)
    size = (given.batch_size, 3, given.crop, given.crop)
    painting, photo = (torch.rand(size) * 2 - 1 for _ in range(2))

    nowhere = Path("unused")
    config = TrainingConfig(nowhere, nowhere, nowhere, batch_size=size[0], crop=given.crop, device=given.device)
    steps: dict[str, Step] = {
        "plain": plain_step(architecture, torch.device(given.device)),
        "trainer": Trainer(config, architecture).step,
    }
    for name, step in steps.items():
        begun = time.perf_counter()
        step(painting, photo)
        step(painting, photo)
        print(f"{name}: first two steps, including any compilation: {time.perf_counter() - begun:.0f} s")

    # Alternating, so that a machine that slows down slows both. The fastest counts, since noise only adds time.
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _, (name, step) in itertools.product(range(given.rounds), steps.items()):
        begun = time.perf_counter()
        step(painting, photo)
        if given.device.startswith("cuda"):
            torch.cuda.synchronize()
        seconds[name].append(time.perf_counter() - begun)
    best = {name: min(times) for name, times in seconds.items()}
    for name, time_taken in best.items():
        print(
            f"{name}: {time_taken:.2f} s/step, {given.batch_size / time_taken:.2f} pictures of each domain per second"
        )
    print(f"ratio: {best['plain'] / best['trainer']:.2f}")


def plain_step(architecture: GeneratorConfig, device: torch.device) -> Step:
    """Returns a step as most public implementations write it: eager, float32, one call per picture and purpose."""
    to_painting, to_photo = (Generator(architecture).to(device) for _ in range(2))
    painting_discriminator, photo_discriminator = (PatchDiscriminator().to(device) for _ in range(2))
    generators = Adam([*to_painting.parameters(), *to_photo.parameters()], lr=2e-4, betas=(0.5, 0.999))
    discriminators = Adam(
        [*painting_discriminator.parameters(), *photo_discriminator.parameters()], lr=2e-4, betas=(0.5, 0.999)
    )

    def step(painting: Tensor, photo: Tensor) -> None:
        painting, photo = painting.to(device), photo.to(device)
        for discriminator in (painting_discriminator, photo_discriminator):
            discriminator.requires_grad_(False)
        fake_painting, fake_photo = to_painting(photo), to_photo(painting)
        loss = (
            generator_adversarial_loss(painting_discriminator(fake_painting))
            + generator_adversarial_loss(photo_discriminator(fake_photo))
            + 10 * cycle_loss(to_photo(fake_painting), photo)
            + 10 * cycle_loss(to_painting(fake_photo), painting)
            + 5 * identity_loss(to_painting(painting), painting)
            + 5 * identity_loss(to_photo(photo), photo)
        )
        generators.zero_grad()
        loss.backward()
        generators.step()
        for discriminator in (painting_discriminator, photo_discriminator):
            discriminator.requires_grad_(True)
        discriminators.zero_grad()
        pairs = ((painting_discriminator, painting, fake_painting), (photo_discriminator, photo, fake_photo))
        for discriminator, real, fake in pairs:
            discriminator_loss(discriminator(real), discriminator(fake.detach())).backward()
        discriminators.step()

    return step


if __name__ == "__main__":
    main()
