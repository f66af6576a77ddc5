"""Paints one file. The same function runs on this machine and on the workers of a cluster."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from cyclegan.batch.places import Place, place, write_whole
from cyclegan.batch.plan import SUFFIXES, Task
from cyclegan.batch.record import mark, painting_id, read_mark
from cyclegan.card import Artifact
from cyclegan.engines.load import find_artifact, load_engine
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Painter
from cyclegan.pictures import encode
from cyclegan.reading.read import NOTICES, PictureError, noticed_of, read_picture

Status = Literal["painted", "kept", "skipped", "failed"]


class WriteError(Exception):
    """A painting can't be written, nor will the next ones be; the message says where and why."""


@dataclass(frozen=True)
class Outcome:
    """What became of a photo. `reason` says why, unless it was painted."""

    photo: str
    painting: str
    status: Status
    reason: str = ""
    notices: tuple[str, ...] = ()  # sentences about how the photo was read


@dataclass(frozen=True)
class Studio:
    """What all photos of a batch are painted with. The painter is loaded when the first photo needs it.

    `threads` are the engine's; None stands for one on each core.
    """

    options: PaintingOptions
    weights: Path
    engine: str
    threads: int | None = None

    @cached_property
    def artifact(self) -> Artifact:
        """The artifact that paints. Raises EngineError when it can't be used."""
        chosen, card = find_artifact(self.weights, self.engine)
        return card["artifacts"][chosen]

    @cached_property
    def painter(self) -> Painter:
        """Raises EngineError when the artifact can't be loaded."""
        return Painter(load_engine(self.weights, self.engine, self.threads))

    def paint(self, task: Task) -> Outcome:
        """Paints a photo, unless its painting is there already, made of this very photo with these options.

        Raises PictureError when the photo can't be read, or another file is where the painting should be; WriteError.
        """
        try:
            photo = place(task.photo).read_bytes()
        except OSError as error:
            raise PictureError(f"The picture {task.photo} can't be read ({error.strerror or error}).") from error
        if task.found and read_mark(photo) is not None:
            return Outcome(task.photo, task.painting, "skipped", "it is a painting")
        target = place(task.painting)
        file_format = SUFFIXES[target.suffix.lower()]
        identity = painting_id(photo, self.options, file_format, self.artifact)
        try:
            if mark_there(target) == identity:
                return Outcome(task.photo, task.painting, "kept", "its painting is there")
            picture = read_picture(photo, task.photo)
            noticed = tuple(NOTICES[notice] for notice in noticed_of(picture))
            painting = self.painter.paint(picture, self.options)
            write_whole(target, encode(painting, file_format, mark(identity)))
        except OSError as error:
            raise WriteError(f"{task.painting} can't be written ({error.strerror or error})") from error
        return Outcome(task.photo, task.painting, "painted", notices=noticed)


def mark_there(target: Place) -> str:
    """Returns the mark of the painting at `target`, "" if there is none yet.

    Raises PictureError when another file is there, which must not be written over, and OSError.
    """
    if not target.exists():
        return ""
    found = read_mark(target.read_bytes())
    if found is None:
        raise PictureError(f"{target} exists and is no painting of this program's: move it away.")
    return found


def paint_here(studio: Studio, tasks: Iterable[Task]) -> Iterator[Outcome]:
    """Yields what becomes of each photo, one after the other on this machine. Raises WriteError."""
    for task in tasks:
        try:
            yield studio.paint(task)
        except PictureError as error:
            yield Outcome(task.photo, task.painting, "failed", str(error))
        except MemoryError:
            yield Outcome(task.photo, task.painting, "failed", f"The photo {task.photo} needs too much memory.")
