"""Holds every sentence that a person reads, in every language."""

from typing import Final

from flask import Request

from webapp.texts.en import ENGLISH
from webapp.texts.schema import Texts
from webapp.texts.zh import CHINESE

# First part of a page's path → the texts. The first language is for browsers that ask for none of these.
LANGUAGES: Final[dict[str, Texts]] = {"en": ENGLISH, "zh": CHINESE}
FIRST: Final = next(iter(LANGUAGES))


def language_of(request: Request) -> str:
    """Returns the language code in the path or, without one, the best match for Accept-Language."""
    named = request.path.split("/")[1]
    return named if named in LANGUAGES else request.accept_languages.best_match(LANGUAGES, FIRST)


def texts_for(request: Request) -> Texts:
    """Returns the texts in the language of the request."""
    return LANGUAGES[language_of(request)]
