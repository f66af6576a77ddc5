"""What the commands of `python -m cyclegan` have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import arg

Folder = Annotated[Path, arg(metavar="FOLDER")]


# No ValueError, which tyro would frame in a box of its own.
class CommandError(Exception):
    """A command that can't be carried out; the message says what to do."""

    status = 1  # the exit status


class UsageError(CommandError):
    """A command that makes no sense as it was given."""

    status = 2  # as for one that can't be parsed


@dataclass(frozen=True)
class Command(ABC):
    @abstractmethod
    def run(self) -> int:
        """Returns the exit status. Raises CommandError."""


@dataclass(frozen=True)
class MeasuringCommand(Command):
    """A command that compares paintings with a style's own."""

    # Photos that training never saw, at least two.
    photos: Folder

    # Paintings of the style, at least two, to compare with.
    paintings: Folder

    def references(self) -> tuple[list[Path], list[Path]]:
        """Returns the photos and the paintings that can be read. Raises FolderError when there are fewer than two."""
        from cyclegan.evaluate.kid import MIN_PICTURES
        from cyclegan.folders import readable_pictures

        return (
            readable_pictures(self.photos, at_least=MIN_PICTURES),
            readable_pictures(self.paintings, at_least=MIN_PICTURES),
        )
