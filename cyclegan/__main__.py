"""python -m cyclegan paint | download | evaluate | report | export | pack | onnx"""

import sys
from collections.abc import Sequence

import tyro

from cyclegan.commands.command import Command, CommandError
from cyclegan.commands.download import Download
from cyclegan.commands.evaluate import Evaluate
from cyclegan.commands.export import Export
from cyclegan.commands.onnx import Onnx
from cyclegan.commands.pack import Pack
from cyclegan.commands.paint import Paint
from cyclegan.commands.report import Report


def main(arguments: Sequence[str] | None = None) -> int:
    command = parse(arguments)
    try:
        return command.run()
    except CommandError as error:
        print(f"cyclegan: {error}", file=sys.stderr)
        return error.status


def parse(arguments: Sequence[str] | None = None) -> Command:
    """Returns the command that the command line asks for. Exits with status 2 when it can't be read."""
    return tyro.cli(
        Paint | Download | Evaluate | Report | Export | Pack | Onnx,
        prog="python -m cyclegan",
        description="Paints photos like Monet.",
        args=arguments,
        config=(tyro.conf.DisallowNone, tyro.conf.OmitSubcommandPrefixes),
    )


if __name__ == "__main__":
    sys.exit(main())
