"""Excerpts of the code that runs, read from the source files when the server starts."""

import ast
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final

import cyclegan

# Name → a file of the package, and a definition in it.
EXCERPTS: Final = {
    "residual_block": ("networks.py", "ResidualBlock"),
    "generator": ("networks.py", "Generator"),
    "discriminator": ("networks.py", "PatchDiscriminator"),
    "cycle": ("train/losses.py", "cycle_loss"),
    "step": ("train/trainer.py", "Trainer._step_generators"),
    "rounding": ("export/torchscript.py", "quantize_weights"),
    "paint": ("paint/painter.py", "Painter._paint_once"),
}


@dataclass(frozen=True)
class Excerpt:
    file: str
    line: int
    source: str


def excerpt(file: str, name: str) -> Excerpt:
    """Returns the source of a class, a function or, with a dot in `name`, a method.

    The file is parsed and not imported, since a server may lack the packages that it imports.
    Raises LookupError if `file` has no such definition.
    """
    path = Path(cyclegan.__file__).parent / file
    text = path.read_text()
    scope: ast.AST = ast.parse(text)
    *outer, last = name.split(".")
    for part in outer:
        scope = _definition(scope, part, file)
    node = _definition(scope, last, file)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    return Excerpt(f"cyclegan/{file}", first, dedent("\n".join(lines)))


def _definition(scope: ast.AST, name: str, file: str) -> ast.ClassDef | ast.FunctionDef:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return node
    raise LookupError(f"{file} has no {name}.")
