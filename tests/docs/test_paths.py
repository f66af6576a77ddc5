"""What the documentation names: every file of the repository and every heading that a link leads to exists."""

import re
from pathlib import Path

import pytest

from serving import PROJECT

PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]
FOLDERS = "benchmarks|cyclegan|deploy|docs|tests|webapp|weights"
NAMED = re.compile(rf"(?<![\w./<-])((?:{FOLDERS})/[\w./-]*\w)")
LINK = re.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def named_files(text: str) -> set[str]:
    """Returns the paths of the repository that a text names outside of its links, commands included."""
    return set(NAMED.findall(LINK.sub("", text)))


def links(text: str) -> list[str]:
    """Returns the targets of links and pictures that lead to a file or a heading."""
    targets = (link or source for link, source in LINK.findall(text))
    return [target for target in targets if "://" not in target]


def anchors(page: Path) -> set[str]:
    """Returns the headings of a page as GitHub writes them in addresses."""
    headings = HEADING.findall(FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    assert [name for name in sorted(named_files(page.read_text())) if not (PROJECT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page.read_text()):
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page

        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_what_is_a_path_and_what_is_not() -> None:
    text = "`pytest webapp/no.py`, [a](docs/none.md#part), `runs/monet`, `weights/<style>.pt`, https://e.example/docs/x"

    assert named_files(text) == {"webapp/no.py"}
    assert links(text) == ["docs/none.md#part"]
