"""python -m cyclegan onnx"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from cyclegan.commands.command import Command, CommandError


@dataclass(frozen=True)
class Onnx(Command):
    """Make an ONNX file of the float generator, for other runtimes."""

    # Published float weights (.safetensors), or a checkpoint of train.py.
    weights: Annotated[Positional[Path], arg(metavar="WEIGHTS")]

    # The file to write.
    output: Annotated[
        Path | None, arg(aliases=("-o",), metavar="FILE", help_behavior_hint="(default: WEIGHTS with suffix .onnx)")
    ] = None

    def run(self) -> int:
        output = self.output or self.weights.with_suffix(".onnx")
        try:
            from cyclegan.checkpoints import CheckpointError
            from cyclegan.export.onnx import OnnxError, export_onnx
        except ModuleNotFoundError as error:
            raise CommandError(
                f"ONNX needs the package {error.name}: "
                "run pip install --constraint constraints.txt --editable '.[onnx]'"
            ) from error
        try:
            difference = export_onnx(self.weights, output)
        except (CheckpointError, OnnxError) as error:
            raise CommandError(str(error)) from error
        print(f"{output}: paints at most {difference:.1g} away from the float network, where colours are -1 to 1")
        return 0
