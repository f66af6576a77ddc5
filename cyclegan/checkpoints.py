"""Checkpoints that no crash can corrupt, and the float weights that are published beside an artifact."""

import json
import os
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from cyclegan.networks import Generator, GeneratorConfig


class CheckpointError(ValueError):
    """A checkpoint that can't be used; the message says which and why."""


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Writes beside `path`, flushes to the disk, and only then takes its place: a reader sees the old or the new.

    `state` holds tensors, numbers, strings and containers of them; no pickled objects.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        with open(partial, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except (OSError, RuntimeError) as error:  # torch's writer turns a full disk into the latter
        partial.unlink(missing_ok=True)
        raise CheckpointError(
            f"The checkpoint {path} can't be written ({error}); the one before it is intact."
        ) from error


def load_checkpoint(path: Path) -> dict[str, Any]:
    """The state that was saved, on the CPU. Raises CheckpointError where the file is missing or damaged."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"The checkpoint {path} does not exist.") from error
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"The checkpoint {path} is damaged, or of another program.") from error
    return state


def save_generator(generator: Generator, config: GeneratorConfig, path: Path) -> None:
    """Publishes float weights: safetensors in float16, its metadata holding the config."""
    weights = {name: value.half().contiguous() for name, value in generator.state_dict().items()}
    save_file(weights, path, metadata={"generator": json.dumps(asdict(config))})
    path.chmod(0o644)  # save_file makes it private


def load_generator(path: Path) -> tuple[Generator, GeneratorConfig]:
    """The photo-to-painting generator, in float32, of a checkpoint (its average) or of published float weights.

    Raises CheckpointError where the file is missing, damaged or holds something else.
    """
    if path.suffix == ".safetensors":
        weights, config = _published(path)
    else:
        weights, config = _averaged(path)
    try:
        generator = Generator(GeneratorConfig(**config))
        generator.load_state_dict(weights)
    except (TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} holds no generator of this project ({error}).") from error
    return generator.eval(), GeneratorConfig(**config)


def _averaged(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    state = load_checkpoint(path)
    if not {"averaged", "generator_config"} <= state.keys():
        raise CheckpointError(f"{path} is no checkpoint of train.py.")
    weights = {name.removeprefix("module."): value for name, value in state["averaged"].items() if name != "n_averaged"}
    return weights, state["generator_config"]


def _published(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (no mapping)
            return weights, json.loads(file.metadata()["generator"])
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} does not exist.") from error
    except (SafetensorError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is no float weights file of this project ({error}).") from error
