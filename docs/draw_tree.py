"""Draws README's tree of folders from the docstrings of the packages: python docs/draw_tree.py"""

import ast
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
README: Final = PROJECT / "README.md"
BEGIN: Final = "<!-- python docs/draw_tree.py draws this tree. -->\n```text\n"
END: Final = "```\n<!-- Here the tree ends. -->\n"
TOP: Final = ("train.py", "cyclegan", "webapp", "weights", "tests", "benchmarks", "deploy", "docs")
# What is no package and has no docstring.
OTHERS: Final = {
    "train.py": "The training command.",
    "webapp/assets": "What browsers load: scripts, styles, fonts, icons, example photos.",
    "weights": "The int8 artifacts, their model card, and the float weights.",
    "tests": "Mirrors the packages; tests/browser drives Chromium.",
    "benchmarks": "Measures speed, load and memory, and compares ways to train.",
    "deploy": "The Kubernetes manifest, and a script that tries an image.",
    "docs": "What README leaves out, and the scripts that draw the pictures.",
}


class TreeError(ValueError):
    """The tree can't be drawn; the message says what to do."""


def draw_tree(project: Path) -> str:
    """Returns the tree, one line for each folder. Raises TreeError when a package has no docstring."""
    lines = []
    for name in TOP:
        lines.append((_label(name), _words(project, name)))
        lines += [("  " + _label(room), _words(project, room)) for room in _rooms(project, name)]
    width = max(len(label) for label, _ in lines) + 2
    return "".join(f"{label:{width}}{words}\n" for label, words in lines)


def replace_tree(text: str, tree: str) -> str:
    """Returns `text` with `tree` between the two markers. Raises TreeError when one of them is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise TreeError(f"Put both markers around the tree: {BEGIN!r} and {END!r}.")
    return before + begin + tree + end + after


def _rooms(project: Path, name: str) -> list[str]:
    """Returns what is drawn below a package: the packages in it, and the folders that OTHERS names."""
    if not (project / name / "__init__.py").is_file():
        return []
    packages = (path.parent.relative_to(project).as_posix() for path in (project / name).glob("*/__init__.py"))
    return sorted([*packages, *(other for other in OTHERS if other.startswith(f"{name}/"))])


def _label(name: str) -> str:
    path = Path(name)
    return path.name if path.suffix else f"{path.name}/"


def _words(project: Path, name: str) -> str:
    """Returns the first sentence of a package's docstring."""
    if name in OTHERS:
        return OTHERS[name]
    module = project / name / "__init__.py"
    docstring = ast.get_docstring(ast.parse(module.read_text()))
    if not docstring:
        raise TreeError(f"Give {module} a docstring that says what is done in that package.")
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".") + "."


if __name__ == "__main__":
    README.write_text(replace_tree(README.read_text(), draw_tree(PROJECT)))
