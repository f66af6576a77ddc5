"""Trains a CycleGAN: python train.py --paintings FOLDER --photos FOLDER --output FOLDER"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import FlagCreatePairsOff, OmitArgPrefixes, arg

from cyclegan.networks import GeneratorConfig
from cyclegan.train.config import ConfigError, TrainingConfig


@dataclass(frozen=True)
class Command:
    training: OmitArgPrefixes[TrainingConfig]
    generator: OmitArgPrefixes[GeneratorConfig]

    # Continue the run in --output from its last checkpoint.
    resume: FlagCreatePairsOff[bool] = False

    # Begin a new run with the networks of this file: a checkpoint or a warm-start pack (.start.safetensors), which hold
    # all of them, or published weights (.safetensors), which hold one generator for both directions.
    init: Annotated[Path | None, arg(metavar="FILE", help_behavior_hint="(default: random weights)")] = None


def parse(arguments: Sequence[str] | None = None) -> Command:
    """Returns what the command line asks for. Exits with status 2 when it can't be read.

    Raises ConfigError when a number is out of its bounds.
    """
    return tyro.cli(Command, prog="train.py", description=__doc__, args=arguments, config=(tyro.conf.DisallowNone,))


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        command = parse(arguments)
        return _train(command)
    except ConfigError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1


def _train(command: Command) -> int:
    # Imported only now, for it takes seconds that --help and a mistyped flag need not wait for.
    from cyclegan.checkpoints import CheckpointError
    from cyclegan.folders import FolderError
    from cyclegan.reading.read import PictureError
    from cyclegan.train.loop import RunError, train

    try:
        reached = train(command.training, command.generator, command.resume, command.init)
    except (CheckpointError, FolderError, PictureError, RunError, OSError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    if reached < command.training.steps:
        print(f"Stopped after step {reached} of {command.training.steps}; continue with --resume.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
