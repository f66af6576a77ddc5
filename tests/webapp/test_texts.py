import re
import string
from dataclasses import asdict, fields
from typing import Any

import pytest

from webapp.static import ASSETS
from webapp.texts import LANGUAGES
from webapp.texts.texts import ScriptTexts

ENGLISH, *OTHERS = LANGUAGES.values()


def flatten(texts: Any, path: str = "") -> dict[str, str]:
    """Every text by where it stands. Headings of articles are texts as well, so those count by their order."""
    if isinstance(texts, str):
        return {path: texts}
    if isinstance(texts, dict) and path.endswith("loss_articles"):
        texts = [*texts.keys(), *texts.values()]
    parts = texts.items() if isinstance(texts, dict) else enumerate(texts)
    return {place: text for name, part in parts for place, text in flatten(part, f"{path}/{name}").items()}


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("other", OTHERS, ids=lambda texts: texts.tag)
def test_the_languages_say_the_same_things(other: Any) -> None:
    ours, theirs = flatten(asdict(ENGLISH)), flatten(asdict(other))
    assert ours.keys() == theirs.keys()
    assert [place for place, text in theirs.items() if not text.strip()] == []


@pytest.mark.parametrize("other", OTHERS, ids=lambda texts: texts.tag)
def test_the_languages_fill_in_the_same_values_and_formulas(other: Any) -> None:
    theirs = flatten(asdict(other))
    for place, text in flatten(asdict(ENGLISH)).items():
        if "$" in text:
            assert re.findall(r"\$\$.*?\$\$", text, re.DOTALL) == re.findall(r"\$\$.*?\$\$", theirs[place], re.DOTALL)
        else:
            assert placeholders(text) == placeholders(theirs[place]), place


def test_the_scripts_say_nothing_that_has_no_text_and_no_text_is_left_unsaid() -> None:
    scripts = "\n".join(path.read_text() for path in (ASSETS / "scripts").glob("*.js"))
    said = set(re.findall(r'(?:say|refuse)\((?:[^"()]*\? )?"(\w+)"', scripts))
    said |= set(re.findall(r'say\([^)]*: "(\w+)"\)', scripts))
    said |= {"theme_system", "theme_light", "theme_dark"}
    assert said == {field.name for field in fields(ScriptTexts)}
