"""Saves and loads checkpoints that no crash can corrupt, and writes what is published of them."""

import json
import os
import pickle
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from cyclegan.networks import Generator, GeneratorConfig

# The networks of a run: their names in a checkpoint, and their prefixes in a warm-start pack. Critics are optional.
CRITICS: Final = ("feature_critic", "palette_critic")
NEEDED: Final = ("to_painting", "to_photo", "painting_discriminator", "photo_discriminator")
NETWORKS: Final[tuple[str, ...]] = (*NEEDED, *CRITICS)
PACK: Final = ".start.safetensors"  # the suffix of a warm-start pack
Weights = dict[str, Tensor]


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
    _publish(generator.state_dict(), asdict(config), path)


def save_pack(checkpoint: Path, path: Path) -> None:
    """Writes all networks of a checkpoint in float16, so that another run can go on where this one is.

    The generator of paintings is the averaged one. Raises CheckpointError when the checkpoint can't be used.
    """
    networks, config = load_networks(checkpoint)
    if not set(NEEDED) <= set(networks):
        raise CheckpointError(
            f"{checkpoint} does not hold all networks of a run: give a checkpoint written by train.py."
        )
    weights = {f"{name}.{key}": value for name, network in networks.items() for key, value in network.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    _publish(weights, asdict(config), path)


def load_networks(path: Path) -> tuple[dict[str, Weights], GeneratorConfig]:
    """Loads the networks from which a new run can start, by their names in NETWORKS, in float32.

    A checkpoint and a warm-start pack hold all networks of their run. Published float weights hold one generator, which
    then stands for both. Raises CheckpointError when the file is missing, damaged or holds something else.
    """
    if path.suffix != ".safetensors":
        state = load_checkpoint(path)
        averaged, config = _averaged(state, path)
        networks = {name: state[name] for name in NETWORKS if name in state} | {"to_painting": averaged}
        for critic in CRITICS:
            if critic in networks:
                networks[critic] = networks[critic]["discriminator"]
    else:
        weights, config = _published(path)
        networks = {name: _with_prefix(weights, f"{name}.") for name in NETWORKS}
        networks = {name: network for name, network in networks.items() if network}
        networks = networks or {"to_painting": weights, "to_photo": weights}
    try:
        return networks, GeneratorConfig(**config)
    except TypeError as error:
        raise CheckpointError(f"{path} does not hold a generator of this project ({error}).") from error


def load_generator(path: Path) -> tuple[Generator, GeneratorConfig]:
    """Loads the photo-to-painting generator in float32: a checkpoint's average, a pack's, or published float weights.

    Raises CheckpointError when the file is missing, damaged or holds something else.
    """
    if path.suffix == ".safetensors":
        weights, config = _published(path)
        weights = _with_prefix(weights, "to_painting.") or weights
    else:
        weights, config = _averaged(load_checkpoint(path), path)
    try:
        generator = Generator(GeneratorConfig(**config))
        generator.load_state_dict(weights)
    except (TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} does not hold a generator of this project ({error}).") from error
    return generator.eval(), GeneratorConfig(**config)


def _publish(weights: Weights, config: dict[str, Any], path: Path) -> None:
    halves = {name: value.half().contiguous() for name, value in weights.items()}
    save_file(halves, path, metadata={"generator": json.dumps(config)})
    path.chmod(0o644)  # save_file leaves it readable by its owner alone


def _with_prefix(weights: Weights, prefix: str) -> Weights:
    """Returns the weights whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def _averaged(state: dict[str, Any], path: Path) -> tuple[Weights, dict[str, Any]]:
    if not {"averaged", "generator_config"} <= state.keys():
        raise CheckpointError(f"{path} is not a checkpoint of train.py.")
    weights = {name.removeprefix("module."): value for name, value in state["averaged"].items() if name != "n_averaged"}
    return weights, state["generator_config"]


def _published(path: Path) -> tuple[Weights, dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (no mapping)
            return weights, json.loads(file.metadata()["generator"])
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} does not exist.") from error
    except (SafetensorError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} does not hold float weights of this project ({error}).") from error
