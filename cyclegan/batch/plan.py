"""Finds the photos that are to be painted, and the file for each painting."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cyclegan.batch.places import Place, files_below, place
from cyclegan.folders import PICTURE_SUFFIXES

SUFFIXES: Final = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}  # of a painting → pictures' format
NAMED: Final = "-monet"  # ends the names of paintings


class PlanError(ValueError):
    """The photos and the output don't fit together; the message says what to do."""


@dataclass(frozen=True)
class Task:
    """A photo and the file that it is painted into, both by their addresses."""

    photo: str
    painting: str
    found: bool  # in a folder, and not named by anyone


@dataclass(frozen=True)
class Plan:
    tasks: list[Task]
    skipped: dict[str, str]  # files in the folders that are not painted → why


@dataclass(frozen=True)
class _Photo:
    place: Place
    path: str  # below the output folder
    found: bool


def make_plan(given: Sequence[str], output: str | None, file_format: str) -> Plan:
    """Plans the paintings of photos and of all photos below folders; a folder's structure is kept.

    Without an `output`, each painting lies beside its photo. Raises PlanError.
    """
    if not given:
        raise PlanError("Name at least one photo, or a folder of photos.")
    places = [place(address) for address in given]
    if len(places) == 1 and not places[0].is_dir() and output and not _is_folder(output):
        return Plan([_single(places[0], output)], {})
    if output and place(output).suffix.lower() in SUFFIXES and not place(output).is_dir():
        raise PlanError(f"Several photos don't fit into the one file {output}: name a folder with --output.")
    photos: list[_Photo] = []
    skipped: dict[str, str] = {}
    for each in places:
        if each.is_dir():
            photos += _below(each, skipped, prefix=f"{each.name}/" if len(places) > 1 else "")
        else:
            photos.append(_Photo(each, each.name, found=False))
    if not photos:
        raise PlanError(f"There are no photos in {', '.join(given)}.")
    suffix = next(suffix for suffix, known in SUFFIXES.items() if known == file_format)
    plain = [_target(photo, output, suffix, False) for photo in photos]
    shared = {target for target, count in Counter(plain).items() if count > 1}
    targets = [
        _target(photo, output, suffix, keep=target in shared) for photo, target in zip(photos, plain, strict=True)
    ]
    twice = [target for target, count in Counter(targets).items() if count > 1]
    if twice:
        raise PlanError(f"Two photos would be painted into {twice[0]}: rename one of them, or paint them one by one.")
    tasks = [Task(str(photo.place), target, photo.found) for photo, target in zip(photos, targets, strict=True)]
    return Plan(tasks, skipped)


def _single(photo: Place, output: str) -> Task:
    if place(output).suffix.lower() not in SUFFIXES:
        raise PlanError(f"{output} has no known format: name it {', '.join(SUFFIXES)}.")
    return Task(str(photo), output, found=False)


def _is_folder(output: str) -> bool:
    return output.endswith("/") or place(output).is_dir()


def _below(folder: Place, skipped: dict[str, str], prefix: str) -> Iterator[_Photo]:
    for file, path in files_below(folder):
        if file.suffix.lower() not in PICTURE_SUFFIXES:
            skipped[str(file)] = "its name does not end as that of a picture does"
        elif file.stem.endswith(NAMED):
            skipped[str(file)] = "it is named like a painting"
        else:
            yield _Photo(file, prefix + path, True)


def _target(photo: _Photo, output: str | None, suffix: str, keep: bool) -> str:
    """Returns the painting's address. To tell it from others, `keep` says to keep the photo's suffix in its name."""
    name = photo.place.name.replace(".", "-") if keep else photo.place.stem
    if output is None:
        return str(photo.place.parent / f"{name}{NAMED}{suffix}")
    folder, _, _ = photo.path.rpartition("/")
    return str(place(output) / folder / f"{name}{NAMED}{suffix}")
