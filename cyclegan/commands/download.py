"""python -m cyclegan download"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from cyclegan.commands.command import Command, CommandError

DataSet = Literal["monet2photo", "cezanne2photo", "ukiyoe2photo", "vangogh2photo"]


@dataclass(frozen=True)
class Download(Command):
    """Download the pictures of a style, to train on."""

    # The data set of the CycleGAN paper.
    name: Positional[DataSet]

    # The folder in which to put the data set's own folder.
    output: Annotated[Path, arg(aliases=("-o",), metavar="FOLDER")] = Path("data")

    # Address of a server's folder that holds the archive, NAME.zip.
    mirror: Annotated[str | None, arg(metavar="URL", help_behavior_hint="(default: the paper's own)")] = None

    def run(self) -> int:
        from cyclegan.train.download import ARCHIVES, HOME, DownloadError, download

        target = self.output / self.name
        try:
            downloaded = download(ARCHIVES[self.name], self.output, self.mirror or HOME)
        except DownloadError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as interrupt:
            raise CommandError("Stopped: run the same command again to continue from here.") from interrupt
        if downloaded:
            print(f"{target}: paintings in trainA and testA, photos in trainB and testB")
        else:
            print(f"{target} is already there.")
        return 0
