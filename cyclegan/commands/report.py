"""python -m cyclegan report"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from cyclegan.commands.command import Command, CommandError


@dataclass(frozen=True)
class Report(Command):
    """Draw a training run into one HTML file."""

    # The folder of the run.
    run_folder: Annotated[Positional[Path], arg(name="run", metavar="RUN")]

    # The file to write.
    output: Annotated[
        Path | None, arg(aliases=("-o",), metavar="FILE", help_behavior_hint="(default: RUN/report.html)")
    ] = None

    def run(self) -> int:
        from cyclegan.train.report import ReportError, write_report

        output = self.output or self.run_folder / "report.html"
        try:
            write_report(self.run_folder, output)
        except ReportError as error:
            raise CommandError(str(error)) from error
        print(output)
        return 0
