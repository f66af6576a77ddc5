import re
import string
from dataclasses import asdict, fields
from typing import Any

import pytest

from webapp.server.assets import ASSETS
from webapp.texts import LANGUAGES
from webapp.texts.schema import ScriptTexts

ENGLISH, *OTHERS = LANGUAGES.values()


def flatten(texts: Any, path: str = "") -> dict[str, str]:
    """Returns path → text. Titles of paintings are keys and texts at once, so they are numbered."""
    if isinstance(texts, str):
        return {path: texts}
    if isinstance(texts, dict) and path.endswith("/titles"):
        texts = list(texts.items())
    parts = texts.items() if isinstance(texts, dict) else enumerate(texts)
    return {place: text for name, part in parts for place, text in flatten(part, f"{path}/{name}").items()}


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def variables(text: str) -> set[str]:
    """Returns the names that are written *like this*."""
    return set(re.findall(r"\*(\w+)\*", text))


@pytest.mark.parametrize("other", OTHERS, ids=lambda texts: texts.tag)
def test_the_languages_have_the_same_texts(other: Any) -> None:
    ours, theirs = flatten(asdict(ENGLISH)), flatten(asdict(other))
    assert ours.keys() == theirs.keys()
    assert [place for place, text in theirs.items() if not text.strip()] == []


@pytest.mark.parametrize("other", OTHERS, ids=lambda texts: texts.tag)
def test_the_languages_use_the_same_placeholders_and_variables(other: Any) -> None:
    theirs = flatten(asdict(other))
    for place, text in flatten(asdict(ENGLISH)).items():
        assert placeholders(text) == placeholders(theirs[place]), place
        assert variables(text) == variables(theirs[place]), place


def test_the_scripts_use_exactly_the_script_texts() -> None:
    scripts = "\n".join(path.read_text() for path in (ASSETS / "scripts").rglob("*.js"))
    # "name", or … ? "name" : "name"
    named = re.findall(r"\b(?:say|refuse)\(([^,()]*)", scripts)
    said = {name for first in named for name in re.findall(r'"(\w+)"', first)}
    said |= {"theme_system", "theme_light", "theme_dark"}
    assert said == {field.name for field in fields(ScriptTexts)}
