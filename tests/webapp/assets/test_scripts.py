"""The page's scripts keep to their folders: what import-linter checks for Python, checked for JavaScript."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from webapp.server.assets import ASSETS, ENTRY, modules

SCRIPTS = ASSETS / "scripts"
# `import … from "./x.js"`, `import "./x.js"` and `import("./x.js")`
IMPORT = re.compile(r'(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]+)"')


def imports_of(script: Path) -> set[Path]:
    return {(script.parent / name).resolve() for name in IMPORT.findall(script.read_text())}


GRAPH = {script.resolve(): imports_of(script) for script in SCRIPTS.rglob("*.js")}


def test_every_import_names_a_script_that_exists() -> None:
    assert set().union(*GRAPH.values()) <= GRAPH.keys()
    assert len(GRAPH) > 10


def test_the_scripts_import_each_other_without_a_cycle() -> None:
    TopologicalSorter(GRAPH).prepare()  # raises CycleError


@pytest.mark.parametrize(
    ("folder", "allowed"), [("shared", set()), ("paint", {"shared", "vendor"}), ("architecture", {"shared"})]
)
def test_a_folder_imports_only_from_the_floor_below(folder: str, allowed: set[str]) -> None:
    imported = {
        target.parent.name for script, targets in GRAPH.items() if script.parent.name == folder for target in targets
    }
    assert imported <= allowed | {folder}


def test_all_that_the_page_loads_is_known_in_advance() -> None:
    needed = modules(ASSETS / ENTRY)
    assert len(needed) == len(set(needed))
    assert {name for file in needed for name in imports_of(file)} - set(needed) == {
        SCRIPTS / "architecture" / "lesson.js",  # loaded when the lesson is shown
        SCRIPTS / "paint" / "crop.js",  # loaded when a photo is first cropped
        SCRIPTS / "vendor" / "client-zip.js",  # loaded when several photos have been painted
    }
    assert [file for file in needed if file.is_relative_to(SCRIPTS / "architecture")] == []
