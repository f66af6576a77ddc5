"""Training: one step, the loop around it, and what is kept between runs."""

import json
import platform
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Adam
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader
from tqdm import tqdm

from cyclegan.checkpoints import CheckpointError, load_checkpoint, save_checkpoint
from cyclegan.datasets import UnpairedPictures, find_pictures
from cyclegan.losses import cycle_loss, discriminator_loss, generator_adversarial_loss, identity_loss
from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator

Network = TypeVar("Network", bound=nn.Module)

LAST = "last.pt"
METRICS = "metrics.jsonl"


@dataclass(frozen=True)
class TrainingConfig:
    paintings: Path
    photos: Path
    run: Path  # the folder of checkpoints and metrics
    steps: int = 100_000  # one step sees batch_size pictures of each domain
    batch_size: int = 1  # the paper's; larger batches need a higher learning rate
    crop: int = 256
    load_size: int = 286  # the shorter side before cutting, as in the paper
    learning_rate: float = 2e-4  # constant for the first half of the steps, then linear to zero
    beta1: float = 0.5  # momentum of 0.9 makes the two players chase each other
    cycle_weight: float = 10.0
    identity_weight: float = 5.0
    # Steps at the start in which only the discriminators learn, photos against paintings. They need some 10,000 to
    # tell them apart, at a twelfth of a whole step's cost; until then the generators chase noise.
    warmup_steps: int = 0
    ema_decay: float = 0.999  # the averaged generator paints more evenly than any one step's
    pool_size: int = 50  # earlier fakes, so that the discriminators don't forget
    seed: int = 0
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    device: str = "cpu"
    compile: bool = True  # some 40 s a network before the first step; pays after a few hundred
    workers: int = 2  # processes that decode ahead; 0 decodes between the steps
    save_every: int = 500  # steps
    log_every: int = 50  # steps


class ImagePool:
    """Half of the time, an earlier fake in place of the new one (Shrivastava et al., 2017, arXiv 1612.07828)."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.pictures: list[Tensor] = []
        self.random = torch.Generator().manual_seed(seed)

    def exchange(self, fakes: Tensor) -> Tensor:
        """(N, 3, H, W) new fakes → (N, 3, H, W) fakes to show the discriminator."""
        return torch.stack([self._exchange(fake) for fake in fakes])

    def _exchange(self, fake: Tensor) -> Tensor:
        if len(self.pictures) < self.size:
            self.pictures.append(fake.clone())
            return fake
        if torch.rand((), generator=self.random) < 0.5:
            return fake
        index = int(torch.randint(self.size, (), generator=self.random))
        earlier = self.pictures[index]
        self.pictures[index] = fake.clone()
        return earlier

    def state_dict(self) -> dict[str, Any]:
        return {"pictures": self.pictures, "random": self.random.get_state()}

    def load_state_dict(self, state: dict[str, Any], device: torch.device) -> None:
        self.pictures = [picture.to(device) for picture in state["pictures"]]
        self.random.set_state(state["random"])


class Trainer:
    """Two generators, two discriminators, and everything that a step changes.

    `to_painting` is G: photo → painting, `to_photo` is F: painting → photo (Zhu et al., 2017, section 3).
    """

    def __init__(self, config: TrainingConfig, generator: GeneratorConfig) -> None:
        self.config = config
        self.generator_config = generator
        self.device = torch.device(config.device)
        self.step_number = 0
        self.record: dict[str, Any] = {"seconds": 0.0}  # for the model card: data, settings, time, machine
        torch.manual_seed(config.seed)
        self.to_painting = self._place(Generator(generator))
        self.to_photo = self._place(Generator(generator))
        self.judge_painting = self._place(PatchDiscriminator())
        self.judge_photo = self._place(PatchDiscriminator())
        self.averaged = AveragedModel(self.to_painting, avg_fn=self._average)
        self.generator_optimizer = self._optimizer(self.to_painting, self.to_photo)
        self.discriminator_optimizer = self._optimizer(self.judge_painting, self.judge_photo)
        self.painting_pool = ImagePool(config.pool_size, config.seed)
        self.photo_pool = ImagePool(config.pool_size, config.seed + 1)
        # The compiled callables share their weights with the modules above.
        self._paint, self._photograph, self._score_painting, self._score_photo = (
            torch.compile(network, dynamic=False) if config.compile else network
            for network in (self.to_painting, self.to_photo, self.judge_painting, self.judge_photo)
        )

    def step(self, painting: Tensor, photo: Tensor) -> dict[str, Tensor]:
        """One update of all four networks on (N, 3, H, W) batches in [-1, 1]; answers the losses."""
        painting, photo = (self._send(batch) for batch in (painting, photo))
        self._set_learning_rate()
        if self.step_number < self.config.warmup_steps:
            losses = self._step_discriminators(painting, photo, fake_painting=photo, fake_photo=painting)
        else:
            losses, fake_painting, fake_photo = self._step_generators(painting, photo)
            losses |= self._step_discriminators(painting, photo, fake_painting, fake_photo)
            self.averaged.update_parameters(self.to_painting)
        self.step_number += 1
        return losses

    def _step_generators(self, painting: Tensor, photo: Tensor) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        config = self.config
        # Frozen: their gradients from this loss would only be thrown away.
        for judge in (self.judge_painting, self.judge_photo):
            judge.requires_grad_(False)
        with self._autocast():
            # Translation and identity in one call: instance norm keeps the pictures of a batch apart.
            fake_painting, same_painting = self._paint(torch.cat([photo, painting])).float().chunk(2)
            fake_photo, same_photo = self._photograph(torch.cat([painting, photo])).float().chunk(2)
            restored_painting = self._paint(fake_photo).float()
            restored_photo = self._photograph(fake_painting).float()
            painting_scores = self._score_painting(fake_painting).float()
            photo_scores = self._score_photo(fake_photo).float()
        losses = {
            "adversarial_painting": generator_adversarial_loss(painting_scores),
            "adversarial_photo": generator_adversarial_loss(photo_scores),
            "cycle_painting": cycle_loss(restored_painting, painting),
            "cycle_photo": cycle_loss(restored_photo, photo),
            "identity_painting": identity_loss(same_painting, painting),
            "identity_photo": identity_loss(same_photo, photo),
        }
        total = (
            losses["adversarial_painting"]
            + losses["adversarial_photo"]
            + config.cycle_weight * (losses["cycle_painting"] + losses["cycle_photo"])
            + config.identity_weight * (losses["identity_painting"] + losses["identity_photo"])
        )
        self.generator_optimizer.zero_grad()
        total.backward()
        self.generator_optimizer.step()
        for judge in (self.judge_painting, self.judge_photo):
            judge.requires_grad_(True)
        return {name: loss.detach() for name, loss in losses.items()}, fake_painting.detach(), fake_photo.detach()

    def _step_discriminators(
        self, painting: Tensor, photo: Tensor, fake_painting: Tensor, fake_photo: Tensor
    ) -> dict[str, Tensor]:
        old_painting = self.painting_pool.exchange(fake_painting)
        old_photo = self.photo_pool.exchange(fake_photo)
        with self._autocast():
            painting_scores = self._score_painting(torch.cat([painting, old_painting])).float().chunk(2)
            photo_scores = self._score_photo(torch.cat([photo, old_photo])).float().chunk(2)
        losses = {
            "discriminator_painting": discriminator_loss(*painting_scores),
            "discriminator_photo": discriminator_loss(*photo_scores),
        }
        self.discriminator_optimizer.zero_grad()
        (losses["discriminator_painting"] + losses["discriminator_photo"]).backward()
        self.discriminator_optimizer.step()
        return {name: loss.detach() for name, loss in losses.items()}

    def learning_rate(self) -> float:
        """Constant for the first half, then linear to zero (Zhu et al., 2017, section 4)."""
        left = 1 - self.step_number / self.config.steps
        return self.config.learning_rate * min(1.0, 2 * left)

    def state_dict(self) -> dict[str, Any]:
        return {
            "step": self.step_number,
            "record": self.record,
            "generator_config": asdict(self.generator_config),
            **{name: part.state_dict() for name, part in self._parts().items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues where `state` was taken. Raises CheckpointError where it is of another architecture."""
        if state.get("generator_config") != asdict(self.generator_config):
            raise CheckpointError(
                f"The checkpoint holds a generator of {state.get('generator_config')}, "
                f"but {asdict(self.generator_config)} was asked for."
            )
        self.step_number = state["step"]
        self.record = state["record"]
        for name, part in self._parts().items():
            if isinstance(part, ImagePool):
                part.load_state_dict(state[name], self.device)
            else:
                part.load_state_dict(state[name])

    def _parts(self) -> dict[str, nn.Module | Adam | ImagePool]:
        return {
            "to_painting": self.to_painting,
            "to_photo": self.to_photo,
            "judge_painting": self.judge_painting,
            "judge_photo": self.judge_photo,
            "averaged": self.averaged,
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
            "painting_pool": self.painting_pool,
            "photo_pool": self.photo_pool,
        }

    def _average(self, averaged: Tensor, current: Tensor, updates: Tensor | int) -> Tensor:
        # A young average must forget the random weights it began with.
        decay = min(self.config.ema_decay, (1 + float(updates)) / (10 + float(updates)))
        return averaged.lerp(current, 1 - decay)

    def _place(self, network: Network) -> Network:
        return network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def _send(self, batch: Tensor) -> Tensor:
        return batch.to(self.device, non_blocking=True, memory_format=torch.channels_last)

    def _optimizer(self, *networks: nn.Module) -> Adam:
        parameters = [parameter for network in networks for parameter in network.parameters()]
        return Adam(parameters, lr=self.config.learning_rate, betas=(self.config.beta1, 0.999), fused=True)

    def _set_learning_rate(self) -> None:
        for optimizer in (self.generator_optimizer, self.discriminator_optimizer):
            for group in optimizer.param_groups:
                group["lr"] = self.learning_rate()

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16")


def train(config: TrainingConfig, generator: GeneratorConfig, resume: bool = False) -> int:
    """Trains to `config.steps`, saving `last.pt` on the way; with `resume`, from the `last.pt` of the same run.

    Answers the last step made: fewer than `config.steps` after a SIGTERM or Ctrl-C, which save and end.
    Raises DatasetError or CheckpointError for what it can't use.
    """
    paintings, photos = find_pictures(config.paintings), find_pictures(config.photos)
    last = config.run / LAST
    if last.exists() and not resume:
        raise CheckpointError(f"{last} exists. Continue it with --resume, or name another folder with --run.")
    trainer = Trainer(config, generator)
    if resume:
        trainer.load_state_dict(load_checkpoint(last))
    config.run.mkdir(parents=True, exist_ok=True)
    trainer.record |= _describe(config, len(paintings), len(photos))
    pictures = UnpairedPictures(
        paintings, photos, config.steps * config.batch_size, config.crop, config.load_size, config.seed
    )
    loader = DataLoader(
        pictures,
        batch_size=config.batch_size,
        sampler=range(trainer.step_number * config.batch_size, len(pictures)),
        num_workers=config.workers,
    )
    with _stop_requests() as stop, open(config.run / METRICS, "a", buffering=1) as metrics:
        begun = time.monotonic() - trainer.record["seconds"]
        progress = tqdm(loader, initial=trainer.step_number, total=config.steps, unit="step", smoothing=0.05)
        for painting, photo in progress:
            losses = trainer.step(painting, photo)
            done = trainer.step_number == config.steps
            if trainer.step_number % config.log_every == 0 or done:
                values = {name: round(loss.item(), 5) for name, loss in losses.items()}
                line = {"step": trainer.step_number, "time": time.time(), "rate": trainer.learning_rate(), **values}
                metrics.write(json.dumps(line) + "\n")
                progress.set_postfix({name: f"{value:.3f}" for name, value in values.items()})
            if trainer.step_number % config.save_every == 0 or done or stop:
                trainer.record["seconds"] = round(time.monotonic() - begun, 1)
                save_checkpoint(trainer.state_dict(), last)
            if stop:
                break
    return trainer.step_number


def _describe(config: TrainingConfig, paintings: int, photos: int) -> dict[str, Any]:
    settings = asdict(config)
    for here in ("paintings", "photos", "run", "workers", "save_every", "log_every"):
        del settings[here]
    cuda = config.device.startswith("cuda")
    machine = torch.cuda.get_device_name() if cuda else f"CPU ({platform.machine()}), {torch.get_num_threads()} threads"
    return {"paintings": paintings, "photos": photos, "settings": settings, "machine": machine}


@contextmanager
def _stop_requests() -> Iterator[list[int]]:
    """Collects SIGTERM and Ctrl-C instead of dying of them in the middle of a step."""
    received: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        received.append(number)

    earlier = {number: signal.signal(number, remember) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
