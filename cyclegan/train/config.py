"""Every setting of a training run. `train.py --help` shows the comment above each one."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal

from cyclegan.networks import GeneratorConfig

MIN_CROP = 24  # pixels; of a smaller crop the patch discriminators have nothing left to score
MAX_SEED = 2**63 - 1  # torch takes 64 bits, and the second pool is seeded with the next number
# The lowest value of each setting that has one.
LOWEST = {
    "steps": 1,
    "batch_size": 1,
    "crop": MIN_CROP,
    "learning_rate": 0,
    "cycle_weight": 0,
    "identity_weight": 0,
    "adversarial_weight": 0,
    "constrain_every": 1,
    "warmup_steps": 0,
    "discriminator_steps": 1,
    "feature_weight": 0,
    "palette_weight": 0,
    "contrast_weight": 0,
    "contour_weight": 0,
    "pool_size": 0,
    "seed": 0,
    "workers": 0,
    "save_every": 1,
    "log_every": 1,
    "evaluate_every": 1,
}
LOWEST_OF_GENERATOR = {"base_channels": 1, "residual_blocks": 0}


# No ValueError, which tyro would frame in a box of its own.
class ConfigError(Exception):
    """A setting that no run can be started with; the message says what to change."""


@dataclass(frozen=True)
class TrainingConfig:
    # Folder of paintings in the style to learn: pictures of any format, size and nesting.
    paintings: Path

    # Folder of photos to learn to paint, of no relation to the paintings.
    photos: Path

    # Folder of the run's checkpoints, metrics and grids. Each run needs one of its own.
    output: Path

    # Folder of photos that training never sees, for KID and the grids. Without it nothing is evaluated.
    test_photos: Path | None = None

    # Length of the run. A step trains the generators once, on batch-size pictures of each domain.
    steps: int = 100_000

    # Pictures of each domain in a batch, of all processes together. The paper uses 1.
    batch_size: int = 1

    # Side, in pixels, of the squares that are cut from the pictures; at least 24.
    crop: int = 256

    # Pixels to which the shorter side of a picture is resized before it is cropped. The paper uses 286 for 256.
    load_size: int = 286

    # Resize each picture to a random size instead, log-uniform from crop, where a crop shows the whole picture, to
    # load-size. Instance norm depends on all that it sees: from details alone, it learns no whole sky.
    views: bool = False

    # Adam's learning rate. It is constant for the first half of the steps, then falls linearly to zero.
    learning_rate: float = 2e-4

    # Adam's momentum. The usual 0.9 makes generators and discriminators chase each other.
    beta1: float = 0.5

    # Weight of the cycle loss, which asks for a photo that can be restored from its painting.
    cycle_weight: float = 10.0

    # Weight of the identity loss, which asks the generator to leave paintings as they are.
    identity_weight: float = 5.0

    # Weight of the patch discriminators' loss. Without it there is nothing to learn but to copy.
    adversarial_weight: float = 1.0

    # Compute the cycle and identity losses, which take most of a step, only in every n-th step, n times as strongly.
    # They hold as well (lazy regularization: Karras et al., 2020, arXiv 1912.04958, appendix B). The paper uses 1.
    constrain_every: int = 1

    # Steps at the start in which only the discriminators learn, photos against paintings. They need thousands to tell
    # them apart, each far cheaper than a whole step; until then the generators chase noise.
    warmup_steps: int = 0

    # Updates of the discriminators for each update of the generators, every one on fresh pictures and earlier fakes
    # from the pool. More keep the discriminators ahead of generators that fool them with what no person would see. The
    # paper uses 1.
    discriminator_steps: int = 1

    # Weight of a second discriminator of the paintings, which works on the features of a pretrained network and so
    # teaches style in hundreds of steps instead of thousands. 0 leaves it out, as the paper does.
    feature_weight: float = 0.0

    # Weight of a third discriminator of the paintings, which sees the colours of a picture and nothing else: it gives
    # the paintings the style's light. The paper has none.
    palette_weight: float = 0.0

    # Weight of the contrast loss, which keeps the generator of paintings from inventing clouds and patches of colour
    # that the photo does not call for. The paper has none.
    contrast_weight: float = 0.0

    # Weight of the contour loss, which keeps its edges soft where the photo is calm. The paper has none.
    contour_weight: float = 0.0

    # Decay of the moving average of the generator's weights, per step. The average paints more evenly than the weights
    # of any one step; it is what gets evaluated and exported.
    ema_decay: float = 0.999

    # Shift and partly cover every picture that a discriminator sees, real or fake, so that it can't learn a thousand
    # paintings by heart (Zhao et al., 2020, arXiv 2006.10738).
    augment: bool = False

    # Earlier fakes that are kept to remind the discriminators of them. With 0 they see the newest fakes alone, in each
    # of their updates.
    pool_size: int = 50

    # Seed of the weights, the crops and the pools: on one machine, equal seeds give equal runs.
    seed: int = 0

    # Number format of the convolutions. Losses and weights are float32 either way.
    precision: Literal["float32", "bfloat16"] = "bfloat16"

    # Where to train: cpu, cuda or cuda:N. Under torchrun, cuda gives every process a GPU of its own.
    device: str = "cpu"

    # Compile the networks. This takes some 40 s per network before the first step and pays off after a few hundred.
    compile: bool = True

    # Processes that decode pictures ahead of training. With 0 they are decoded between the steps.
    workers: int = 2

    # Steps between checkpoints. A killed run loses at most as many.
    save_every: int = 500

    # Steps between lines of losses in metrics.jsonl.
    log_every: int = 50

    # Steps between evaluations on the test photos.
    evaluate_every: int = 2000

    def __post_init__(self) -> None:
        """Raises ConfigError when a number is out of its bounds."""
        for name, lowest in LOWEST.items():
            _check_lowest(name, getattr(self, name), lowest)
        for name in ("beta1", "ema_decay"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                raise ConfigError(f"{_flag(name)} must be at least 0 and below 1, not {value}.")
        if self.seed > MAX_SEED:
            raise ConfigError(f"--seed must be at most {MAX_SEED}, not {self.seed}.")
        if self.load_size < self.crop:
            raise ConfigError(f"--load-size must be at least as large as --crop, {self.crop}, not {self.load_size}.")


def check_generator(config: GeneratorConfig) -> None:
    """Raises ConfigError when no generator can be built from `config`."""
    for name, lowest in LOWEST_OF_GENERATOR.items():
        _check_lowest(name, getattr(config, name), lowest)


def _check_lowest(name: str, value: float, lowest: int) -> None:
    if not isfinite(value):
        raise ConfigError(f"{_flag(name)} must be finite, not {value}.")
    if value < lowest:
        raise ConfigError(f"{_flag(name)} must be {lowest} or more, not {value}.")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
