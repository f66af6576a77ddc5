"""One training run from its first step to its last: data in, checkpoints, metrics and evaluations out."""

import platform
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from cyclegan.checkpoints import CheckpointError, load_checkpoint, load_generator, save_checkpoint
from cyclegan.evaluate.evaluator import Evaluator
from cyclegan.evaluate.kid import MIN_PICTURES
from cyclegan.folders import readable_pictures
from cyclegan.networks import GeneratorConfig
from cyclegan.train.config import TrainingConfig, check_generator
from cyclegan.train.dataset import UnpairedPictures
from cyclegan.train.distributed import any_rank, local_device, own_samples, process_group, rank, world_size
from cyclegan.train.journal import Journal
from cyclegan.train.trainer import Trainer

LAST = "last.pt"
BEST = "best.pt"


class RunError(ValueError):
    """A run that can't be started as asked; the message says why."""


def train(config: TrainingConfig, generator: GeneratorConfig, resume: bool = False, init: Path | None = None) -> int:
    """Trains to `config.steps`, saving `last.pt` on the way and, judged by KID, `best.pt`.

    With `resume` it goes on from the run's `last.pt`; with `init`, a new run begins with those weights.
    Answers the last step made: fewer than `config.steps` after a SIGTERM or Ctrl-C, which save and end.
    Raises ConfigError, RunError, FolderError or CheckpointError for what it can't use.
    """
    check_generator(generator)
    with process_group(local_device(config.device)):
        return _train(config, generator, resume, init)


def _train(config: TrainingConfig, generator: GeneratorConfig, resume: bool, init: Path | None) -> int:
    announce = rank() == 0
    paintings = readable_pictures(config.paintings, announce, at_least=MIN_PICTURES if config.test_photos else 1)
    photos = readable_pictures(config.photos, announce)
    trainer = _start(config, generator, resume, init)
    _note_pictures(trainer, {"paintings": len(paintings), "photos": len(photos)})
    _note_settings(trainer)
    evaluator = None
    if config.test_photos and rank() == 0:
        evaluator = Evaluator(readable_pictures(config.test_photos, at_least=MIN_PICTURES), paintings)
    samples = config.batch_size * config.discriminator_steps  # of each step, in all processes together
    loader = DataLoader(
        UnpairedPictures(paintings, photos, config.steps * samples, config.crop, config.load_size, config.seed),
        batch_size=samples // world_size(),
        sampler=own_samples(range(trainer.step_number * samples, config.steps * samples), config.batch_size),
        num_workers=config.workers,
        pin_memory=trainer.device.type == "cuda",
    )
    with _stop_requests() as stop, Journal(config.output, trainer.step_number, writes=rank() == 0) as journal:
        begun = time.monotonic() - trainer.record["seconds"]
        progress = tqdm(
            loader, initial=trainer.step_number, total=config.steps, unit="step", smoothing=0.05, disable=rank() > 0
        )
        for painting, photo in progress:
            learning_rate = trainer.learning_rate()  # this step's; the call below moves on to the next
            losses = trainer.step(painting, photo)
            step = trainer.step_number
            done = step == config.steps
            stopping = any_rank(bool(stop))
            if step % config.log_every == 0 or done:
                progress.set_postfix(journal.note_losses(step, learning_rate, losses))
            trainer.record["seconds"] = round(time.monotonic() - begun, 1)
            if evaluator and (step % config.evaluate_every == 0 or done):
                _evaluate(trainer, evaluator, journal, config.output)
            if (step % config.save_every == 0 or done or stopping) and rank() == 0:
                save_checkpoint(trainer.state_dict(), config.output / LAST)
            if stopping:
                break
    return trainer.step_number


def _start(config: TrainingConfig, generator: GeneratorConfig, resume: bool, init: Path | None) -> Trainer:
    last = config.output / LAST
    if last.exists() and not resume:
        raise RunError(f"{last} exists. Continue it with --resume, or name another folder with --output.")
    if resume and init:
        raise RunError("A run that is resumed has its weights already: give --resume or --init, not both.")
    if config.batch_size % world_size():
        raise RunError(f"A batch of {config.batch_size} can't be shared evenly by {world_size()} processes.")
    trainer = Trainer(config, generator)
    if resume:
        trainer.load_state_dict(load_checkpoint(last))
    elif init:
        weights, architecture = load_generator(init)
        if architecture != generator:
            raise CheckpointError(f"{init} holds a generator of {architecture}, but {generator} was asked for.")
        trainer.start_from(weights)
    return trainer


def _evaluate(trainer: Trainer, evaluator: Evaluator, journal: Journal, run: Path) -> None:
    """Judges the averaged generator, and keeps the checkpoint as `best` where its KID is the lowest so far."""

    def paint(photo: Tensor) -> Tensor:
        painting: Tensor = trainer.averaged(photo.to(trainer.device))
        return painting.cpu()

    def photograph(painting: Tensor) -> Tensor:
        trainer.to_photo.eval()
        photo: Tensor = trainer.to_photo(painting.to(trainer.device))
        trainer.to_photo.train()
        return photo.cpu()

    evaluation = evaluator(paint)
    journal.note_evaluation(trainer.step_number, evaluation, evaluator.grid(paint, photograph))
    if evaluation.kid < trainer.record.get("best_kid", float("inf")):
        trainer.record |= {"best_kid": evaluation.kid, "best_step": trainer.step_number}
        save_checkpoint(trainer.state_dict(), run / BEST)


def _note_pictures(trainer: Trainer, counts: dict[str, int]) -> None:
    """Raises RunError where a resumed run would see other pictures than it began with, and so in another order."""
    for domain, count in counts.items():
        begun_with = trainer.record.setdefault(domain, count)
        if begun_with != count:
            raise RunError(f"The run began with {begun_with} {domain}, but now there are {count}: restore them.")


def _note_settings(trainer: Trainer) -> None:
    """Records what the run trains with from here on: resumed with other settings, it owes the card both."""
    parts = trainer.record.setdefault("settings", [])
    settings = _describe(trainer.config, trainer.device)
    if not parts or parts[-1]["settings"] != settings:
        parts.append({"from_step": trainer.step_number, "settings": settings})


def _describe(config: TrainingConfig, device: torch.device) -> dict[str, Any]:
    settings = asdict(config)
    for here in (
        "paintings",
        "photos",
        "output",
        "test_photos",
        "workers",
        "save_every",
        "log_every",
        "evaluate_every",
    ):
        del settings[here]
    return {**settings, "machine": _machine(device), "processes": world_size()}


def _machine(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU ({platform.machine()}), {torch.get_num_threads()} threads"


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
