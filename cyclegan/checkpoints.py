"""Saves and loads checkpoints that no crash can corrupt, and the float weights published beside an artifact."""

import json
import os
import pickle
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from cyclegan.networks import Generator, GeneratorConfig


class CheckpointError(ValueError):
    """The checkpoint can't be used; the message says which and why."""


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Writes a file beside `path`, flushes it to disk, and only then renames it: a reader sees the old or the new one.

    `state` may hold tensors, numbers, strings and containers of them, but no other objects.
    Raises CheckpointError when it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        with open(partial, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except (OSError, RuntimeError) as error:  # RuntimeError is how torch reports a full disk
        partial.unlink(missing_ok=True)
        raise CheckpointError(
            f"The checkpoint {path} can't be written ({error}); the previous one is intact."
        ) from error


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Returns the saved state, on the CPU. Raises CheckpointError when the file is missing or damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of a TorchScript archive, then rejects it
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"The checkpoint {path} does not exist.") from error
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"The file {path} is damaged, or not a checkpoint.") from error
    return state


def save_generator(generator: Generator, config: GeneratorConfig, path: Path) -> None:
    """Writes the weights in float16 to a safetensors file whose metadata holds the config."""
    weights = {name: value.half().contiguous() for name, value in generator.state_dict().items()}
    save_file(weights, path, metadata={"generator": json.dumps(asdict(config))})
    path.chmod(0o644)  # save_file leaves it readable by its owner alone


def load_generator(path: Path) -> tuple[Generator, GeneratorConfig]:
    """Loads the photo-to-painting generator in float32: a checkpoint's average, or published float weights.

    Raises CheckpointError when the file is missing, damaged or holds something else.
    """
    if path.suffix == ".safetensors":
        weights, config = _published(path)
    else:
        weights, config = _averaged(path)
    try:
        generator = Generator(GeneratorConfig(**config))
        generator.load_state_dict(weights)
    except (TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} does not hold a generator of this project ({error}).") from error
    return generator.eval(), GeneratorConfig(**config)


def _averaged(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    state = load_checkpoint(path)
    if not {"averaged", "generator_config"} <= state.keys():
        raise CheckpointError(f"{path} is not a checkpoint of train.py.")
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
        raise CheckpointError(f"{path} does not hold float weights of this project ({error}).") from error
