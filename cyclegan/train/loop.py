"""Runs training from the first step to the last: reads pictures, writes checkpoints, metrics and evaluations."""

import platform
import signal
import sys
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

from cyclegan.checkpoints import CheckpointError, load_checkpoint, load_networks, save_checkpoint
from cyclegan.evaluate.evaluator import Evaluation, Evaluator
from cyclegan.evaluate.kid import MIN_PICTURES
from cyclegan.folders import readable_pictures
from cyclegan.networks import GeneratorConfig
from cyclegan.train.collapse import CollapseWatch
from cyclegan.train.config import TrainingConfig, check_generator
from cyclegan.train.dataset import UnpairedPictures
from cyclegan.train.distributed import any_rank, local_device, own_samples, process_group, rank, world_size
from cyclegan.train.journal import Journal
from cyclegan.train.trainer import Trainer

LAST = "last.pt"
BEST = "best.pt"


class RunError(ValueError):
    """The run can't be started as asked; the message says why."""


def train(config: TrainingConfig, generator: GeneratorConfig, resume: bool = False, init: Path | None = None) -> int:
    """Trains until `config.steps`, saving `last.pt` regularly and `best.pt` whenever the KID is the lowest so far.

    `resume` continues the run from its `last.pt`; `init` starts a new run with the networks in that file.
    Returns the number of the last step, which is below `config.steps` after a SIGTERM or Ctrl-C: both save and end.
    Raises ConfigError, RunError, FolderError, PictureError or CheckpointError when the run can't start or go on.
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
    samples = config.batch_size * config.discriminator_steps  # per step, in all processes together
    loader = DataLoader(
        UnpairedPictures(
            paintings, photos, config.steps * samples, config.crop, config.load_size, config.seed, config.views
        ),
        batch_size=samples // world_size(),
        sampler=own_samples(range(trainer.step_number * samples, config.steps * samples), config.batch_size),
        num_workers=config.workers,
        pin_memory=trainer.device.type == "cuda",
    )
    watch = CollapseWatch()
    with _stop_requests() as stop, Journal(config.output, trainer.step_number, writes=rank() == 0) as journal:
        begun = time.monotonic() - trainer.record["seconds"]
        progress = tqdm(
            loader, initial=trainer.step_number, total=config.steps, unit="step", smoothing=0.05, disable=rank() > 0
        )
        for painting, photo in progress:
            learning_rate = trainer.learning_rate()  # of this step; the call below counts it as done
            losses = trainer.step(painting, photo)
            step = trainer.step_number
            done = step == config.steps
            stopping = any_rank(bool(stop))
            if step % config.log_every == 0 or done:
                noted = journal.note_losses(step, learning_rate, losses)
                watch.note(noted)
                progress.set_postfix({name: f"{value:.3f}" for name, value in noted.items()})
            trainer.record["seconds"] = round(time.monotonic() - begun, 1)
            if evaluator and (step % config.evaluate_every == 0 or done):
                for warning in watch.warnings(_evaluate(trainer, evaluator, journal, config.output)):
                    progress.write(f"Warning at step {step}: {warning}", file=sys.stderr)
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
        raise RunError("Give --resume or --init, not both: a resumed run has its weights already.")
    if config.batch_size % world_size():
        raise RunError(f"--batch-size {config.batch_size} can't be split evenly among {world_size()} processes.")
    trainer = Trainer(config, generator)
    if resume:
        trainer.load_state_dict(load_checkpoint(last))
    elif init:
        networks, architecture = load_networks(init)
        if architecture != generator:
            raise CheckpointError(f"{init} holds a generator of {architecture}, but {generator} was asked for.")
        trainer.start_from(networks)
    return trainer


def _evaluate(trainer: Trainer, evaluator: Evaluator, journal: Journal, run: Path) -> Evaluation:
    """Evaluates the averaged generator, and saves `best.pt` when its KID is the lowest so far."""

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
    return evaluation


def _note_pictures(trainer: Trainer, counts: dict[str, int]) -> None:
    """Raises RunError when a resumed run finds more or fewer pictures than it began with: their order would change."""
    for domain, count in counts.items():
        begun_with = trainer.record.setdefault(domain, count)
        if begun_with != count:
            raise RunError(f"The run began with {begun_with} {domain}, but now there are {count}: restore them.")


def _note_settings(trainer: Trainer) -> None:
    """Records the settings that hold from this step on: the model card lists those of every part of a resumed run."""
    parts = trainer.record.setdefault("settings", [])
    settings = _describe(trainer.config, trainer.device)
    if not parts or parts[-1]["settings"] != settings:
        parts.append({"from_step": trainer.step_number, "settings": settings})


def _describe(config: TrainingConfig, device: torch.device) -> dict[str, Any]:
    settings = asdict(config)
    for of_no_effect in (
        "paintings",
        "photos",
        "output",
        "test_photos",
        "workers",
        "save_every",
        "log_every",
        "evaluate_every",
    ):
        del settings[of_no_effect]
    return {**settings, "machine": _machine(device), "processes": world_size()}


def _machine(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU ({platform.machine()}), {torch.get_num_threads()} threads"


@contextmanager
def _stop_requests() -> Iterator[list[int]]:
    """Collects SIGTERM and Ctrl-C, which would otherwise end the process in the middle of a step."""
    received: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        received.append(number)

    earlier = {number: signal.signal(number, remember) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
