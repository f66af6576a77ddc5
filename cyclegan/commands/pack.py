"""python -m cyclegan pack"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from cyclegan.commands.command import Command, CommandError


@dataclass(frozen=True)
class Pack(Command):
    """Make a small file of all networks of a run, from which train.py --init goes on."""

    # A checkpoint of train.py.
    checkpoint: Annotated[Positional[Path], arg(metavar="CHECKPOINT")]

    # The file to write.
    output: Annotated[
        Path | None,
        arg(aliases=("-o",), metavar="FILE", help_behavior_hint="(default: CHECKPOINT with suffix .start.safetensors)"),
    ] = None

    def run(self) -> int:
        from cyclegan.checkpoints import PACK, CheckpointError, save_pack

        output = self.output or self.checkpoint.with_suffix(PACK)
        try:
            save_pack(self.checkpoint, output)
        except CheckpointError as error:
            raise CommandError(str(error)) from error
        print(f"{output}: {output.stat().st_size / 2**20:.1f} MiB")
        return 0
