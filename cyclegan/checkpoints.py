"""Checkpoints that no crash can corrupt."""

import os
from pathlib import Path
from typing import Any

import torch


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
    except OSError as error:
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
    except (OSError, RuntimeError, EOFError, ValueError) as error:
        raise CheckpointError(f"The checkpoint {path} can't be read ({error}).") from error
    return state
