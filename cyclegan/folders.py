"""Finds and checks the pictures below a folder."""

import os
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

from tqdm import tqdm

from cyclegan.reading.formats import FORMATS
from cyclegan.reading.read import check_picture

PICTURE_SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
PROGRESS_DELAY = 2.0  # seconds after which a check shows its progress


class FolderError(ValueError):
    """The folder can't be used; the message says which and why."""


def find_pictures(folder: Path) -> list[Path]:
    """Returns every picture below `folder`, sorted, so that the same folder always gives the same order.

    Raises FolderError when the folder is missing or holds no picture.
    """
    if not folder.is_dir():
        raise FolderError(f"The folder {folder} does not exist.")
    pictures = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES and not p.is_dir())
    if not pictures:
        raise FolderError(f"The folder {folder} holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).")
    return pictures


def readable_pictures(folder: Path, announce: bool = True, at_least: int = 1) -> list[Path]:
    """Returns the pictures of `find_pictures` that can be decoded to their end, in the same order.

    All are decoded once before the first sample, because a file that fails later would change the samples after it.
    The pictures left out are named on stderr; with several processes, only one does so (`announce`).
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
