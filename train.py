"""Trains a CycleGAN: python train.py --paintings FOLDER --photos FOLDER --output FOLDER"""

import argparse
import sys
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from cyclegan.checkpoints import CheckpointError
from cyclegan.folders import FolderError
from cyclegan.networks import GeneratorConfig
from cyclegan.pictures import PictureError
from cyclegan.train.config import ConfigError, TrainingConfig
from cyclegan.train.loop import RunError, train


def add_flag(parser: argparse.ArgumentParser, field: Field[Any], kind: Any) -> None:
    """One flag for one field of a config, with its type and its default."""
    flag = "--" + field.name.replace("_", "-")
    required = field.default is MISSING
    if NoneType in get_args(kind):
        kind = get_args(kind)[0]
    if kind is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=field.default)
    elif get_origin(kind) is Literal:
        parser.add_argument(flag, choices=get_args(kind), default=field.default)
    else:
        parser.add_argument(flag, type=kind, required=required, default=None if required else field.default)


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    result.add_argument("--resume", action="store_true", help="continue the run's last checkpoint")
    result.add_argument("--init", type=Path, help="begin with these weights: a checkpoint, or a .safetensors")
    for config in (TrainingConfig, GeneratorConfig):
        kinds = get_type_hints(config)
        for field in fields(config):
            add_flag(result, field, kinds[field.name])
    return result


def main(arguments: list[str] | None = None) -> int:
    given = vars(parser().parse_args(arguments))
    resume, init = given.pop("resume"), given.pop("init")
    generator = GeneratorConfig(**{field.name: given.pop(field.name) for field in fields(GeneratorConfig)})
    try:
        config = TrainingConfig(**given)
        reached = train(config, generator, resume, init)
    except (CheckpointError, ConfigError, FolderError, PictureError, RunError, OSError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    if reached < config.steps:
        print(f"Stopped after step {reached} of {config.steps}; continue with --resume.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
