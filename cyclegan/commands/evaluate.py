"""python -m cyclegan evaluate"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import FlagCreatePairsOff, Positional, arg

from cyclegan.card import EngineError
from cyclegan.commands.command import CommandError, MeasuringCommand

Subjects = Annotated[
    Positional[tuple[Path, ...]], arg(metavar="SUBJECT [SUBJECT ...]", help_behavior_hint="(required)")
]


@dataclass(frozen=True)
class Evaluate(MeasuringCommand):
    """Compare checkpoints, artifacts and folders of pictures."""

    # Checkpoints, published weights, artifacts, or folders with a picture for each photo.
    subjects: Subjects

    # Add the column FID, as published tables have it.
    inception: FlagCreatePairsOff[bool] = False

    # Inception's weights for FID; implies --inception.
    inception_weights: Annotated[Path | None, arg(metavar="FILE", help_behavior_hint="(default: fetched)")] = None

    def run(self) -> int:
        from cyclegan.checkpoints import CheckpointError
        from cyclegan.evaluate.fid import FrechetDistance, InceptionError
        from cyclegan.evaluate.table import FID_HEADING, HEADINGS, evaluate_all, format_table
        from cyclegan.folders import FolderError
        from cyclegan.reading.read import PictureError

        if not self.subjects:
            raise CommandError("Name at least one checkpoint, artifact or folder to evaluate.")
        try:
            photos, paintings = self.references()
            asked = self.inception or self.inception_weights
            fid = FrechetDistance(paintings, self.inception_weights) if asked else None
            headings = (*HEADINGS, FID_HEADING) if fid else HEADINGS
            print(format_table([headings, *evaluate_all(self.subjects, photos, paintings, fid)]))
        except (CheckpointError, EngineError, FolderError, InceptionError, PictureError) as error:
            raise CommandError(str(error)) from error
        return 0
