"""python -m cyclegan export"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from cyclegan.card import WEIGHTS, EngineError
from cyclegan.commands.command import CommandError, MeasuringCommand

COLUMNS = ("kid", "content", "psnr_median", "psnr_worst", "ssim_median", "ssim_worst")


@dataclass(frozen=True)
class Export(MeasuringCommand):
    """Make the int8 artifacts of a trained checkpoint."""

    # A checkpoint of train.py.
    checkpoint: Annotated[Positional[Path], arg(metavar="CHECKPOINT")]

    output: Annotated[Path, arg(aliases=("-o",), metavar="FILE", help_behavior_hint="(default: weights/monet.pt)")] = (
        WEIGHTS
    )
    """The TorchScript artifact to write; the other files of the style go beside it."""

    def run(self) -> int:
        from cyclegan.checkpoints import CheckpointError
        from cyclegan.evaluate.table import format_table
        from cyclegan.export.artifact import export
        from cyclegan.export.verify import ExportError
        from cyclegan.folders import FolderError
        from cyclegan.reading.read import PictureError

        try:
            photos, paintings = self.references()
            card = export(self.checkpoint, photos, paintings, self.output)
        except (CheckpointError, EngineError, ExportError, FolderError, PictureError) as error:
            raise CommandError(str(error)) from error
        rows = [(way, *(str(row.get(column, "")) for column in COLUMNS)) for way, row in card["fidelity"].items()]
        print(format_table([(f"{card['compared']} photos", *COLUMNS), *rows]))
        return 0
