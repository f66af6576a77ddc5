"""Reads and writes files by their addresses: paths on this machine, or URLs of any file system that fsspec knows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

Place = Any  # a pathlib.Path, or a UPath of the package universal-pathlib, which has the same methods


class PlaceError(ValueError):
    """An address can't be used; the message says what to do."""


def place(address: str) -> Place:
    """Returns the place at an address. Raises PlaceError when what it needs is not installed."""
    if "://" not in address:
        return Path(address)
    try:
        from upath import UPath

        return UPath(address)
    except (ImportError, ValueError) as error:
        advice = "install the extra 'cluster', and the package that fsspec names"
        raise PlaceError(f"{address} can't be reached ({error}): {advice}.") from error


def files_below(folder: Place) -> Iterator[tuple[Place, str]]:
    """Yields every file below a folder that is not hidden, with its path from there, in a fixed order."""
    for entry in sorted(folder.iterdir(), key=str):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from ((file, f"{entry.name}/{path}") for file, path in files_below(entry))
        else:
            yield entry, entry.name


def write_whole(target: Place, data: bytes) -> None:
    """Writes a file so that it is never seen in part, and makes its folder. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(target, Path):
        target.write_bytes(data)  # a store shows an object once all of it has arrived
        return
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    except BaseException:  # Ctrl-C included
        partial.unlink(missing_ok=True)
        raise
