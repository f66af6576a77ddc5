"""README's tree of folders: it is the one that docs/draw_tree.py draws."""

from pathlib import Path

import pytest

from docs.draw_tree import OTHERS, PROJECT, README, TOP, TreeError, draw_tree, replace_tree


def test_readme_has_the_tree_of_today() -> None:
    text = README.read_text()

    assert text == replace_tree(text, draw_tree(PROJECT)), "run: python docs/draw_tree.py"


def test_every_folder_in_the_tree_exists() -> None:
    assert [name for name in (*TOP, *OTHERS) if not (PROJECT / name).exists()] == []


def test_a_package_without_a_docstring_is_named(tmp_path: Path) -> None:
    for package in ("cyclegan", "cyclegan/paint", "webapp"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text('"""Paints. Nothing else."""\n')
    assert "  paint/     Paints.\n" in draw_tree(tmp_path)

    (tmp_path / "cyclegan/paint/__init__.py").write_text("")

    with pytest.raises(TreeError, match=r"cyclegan/paint/__init__\.py a docstring"):
        draw_tree(tmp_path)


def test_a_missing_marker_is_named() -> None:
    with pytest.raises(TreeError, match="both markers"):
        replace_tree("# A page without a tree\n", "")
