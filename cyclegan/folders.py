"""The pictures below a folder."""

import os
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

from tqdm import tqdm

from cyclegan.pictures import FORMATS, check_picture

PICTURE_SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
PROGRESS_DELAY = 2.0  # seconds that a check may take before it shows its progress


class FolderError(ValueError):
    """A folder that training can't use; the message says which and why."""


def find_pictures(folder: Path) -> list[Path]:
    """Every picture below `folder`, sorted, so that the same folder always gives the same order.

    Raises FolderError where the folder is missing or holds no picture.
    """
    if not folder.is_dir():
        raise FolderError(f"The folder {folder} does not exist.")
    pictures = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES and not p.is_dir())
    if not pictures:
        raise FolderError(f"The folder {folder} holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).")
    return pictures


def readable_pictures(folder: Path, announce: bool = True, at_least: int = 1) -> list[Path]:
    """The pictures of `find_pictures` that can be decoded to their end, in the same order.

    All are tried once, before the first sample: what a sample shows may not depend on which file fails when. Those left
    out are named on stderr, unless another process does so (`announce`).
    Raises FolderError when the folder is missing or holds fewer than `at_least` pictures that can be read.
    """
    pictures = find_pictures(folder)
    with ThreadPool(os.cpu_count()) as pool:
        faults = list(
            tqdm(
                pool.imap(check_picture, pictures),
                desc=f"checking {folder}",
                total=len(pictures),
                unit="picture",
                delay=PROGRESS_DELAY,
                disable=not announce,
            )
        )
    readable = [picture for picture, fault in zip(pictures, faults, strict=True) if fault is None]
    if not readable:
        raise FolderError(f"None of the {len(pictures)} pictures in {folder} can be read ({faults[0]}).")
    for picture, fault in zip(pictures, faults, strict=True):
        if announce and fault is not None:
            print(f"Skipped: the picture {picture} can't be read ({fault}).", file=sys.stderr)
    if len(readable) < at_least:
        raise FolderError(f"Put at least {at_least} pictures into {folder}: it holds only {len(readable)}.")
    return readable
