"""Every setting of a training run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class ConfigError(ValueError):
    """A setting that no run can be started with; the message says what to change."""


@dataclass(frozen=True)
class TrainingConfig:
    paintings: Path
    photos: Path
    output: Path  # the folder of checkpoints and metrics; one for each run
    test_photos: Path | None = None  # photos that training never sees, for KID and the grid; None judges nothing
    steps: int = 100_000  # one step sees batch_size pictures of each domain
    batch_size: int = 1  # the paper's, of all processes together
    crop: int = 256
    load_size: int = 286  # the shorter side before cutting, as in the paper
    learning_rate: float = 2e-4  # constant for the first half of the steps, then linear to zero
    beta1: float = 0.5  # momentum of 0.9 makes the two players chase each other
    cycle_weight: float = 10.0
    identity_weight: float = 5.0
    adversarial_weight: float = 1.0  # of the patch discriminators; without them there is nothing to learn but to copy
    # Cycle and identity take most of a step. Asked for in every n-th alone, and n times as strongly, they hold
    # as well (lazy regularization: Karras et al., 2020, arXiv 1912.04958, appendix B). One is the paper's.
    constrain_every: int = 1
    # Steps at the start in which only the discriminators learn, photos against paintings. They need
    # thousands to tell them apart, each far cheaper than a whole step; until then the generators chase noise.
    warmup_steps: int = 0
    # Updates of the discriminators for each of the generators, every one on fresh pictures and a draw from the pool.
    # One is the paper's; a generator that fools its judge with what no person would see needs a judge that is ahead.
    discriminator_steps: int = 1
    # Weight of a second judge of the paintings, which sees them through a network that knows pictures already: style
    # in hundreds of steps instead of thousands. 0 does without it, as the paper does.
    feature_weight: float = 0.0
    ema_decay: float = 0.999  # the averaged generator paints more evenly than any one step's
    pool_size: int = 50  # earlier fakes, so that the discriminators don't forget
    seed: int = 0
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    device: str = "cpu"
    compile: bool = True  # some 40 s a network before the first step; pays after a few hundred
    workers: int = 2  # processes that decode ahead; 0 decodes between the steps
    save_every: int = 500  # steps
    log_every: int = 50  # steps
    evaluate_every: int = 2000  # steps
