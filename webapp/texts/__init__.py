"""Every sentence that a person reads, in every language."""

from typing import Final

from flask import Request

from webapp.texts.en import ENGLISH
from webapp.texts.schema import Texts
from webapp.texts.zh import CHINESE

# The part of the address that names a language → its texts. The first is for those who read none of them.
LANGUAGES: Final[dict[str, Texts]] = {"en": ENGLISH, "zh": CHINESE}
FIRST: Final = next(iter(LANGUAGES))


def language_of(request: Request) -> str:
    """The language in the address or, where there is none, the best that the browser asks for."""
    named = request.path.split("/")[1]
    return named if named in LANGUAGES else request.accept_languages.best_match(LANGUAGES, FIRST)


def texts_for(request: Request) -> Texts:
    return LANGUAGES[language_of(request)]
