"""The English texts."""

from typing import Final

from webapp.texts.en.api import API
from webapp.texts.en.lesson import ARCHITECTURE
from webapp.texts.en.page import PAGE, SCRIPT, SENTENCES
from webapp.texts.schema import Texts

ENGLISH: Final = Texts(
    tag="en", name="English", page=PAGE, script=SCRIPT, sentences=SENTENCES, architecture=ARCHITECTURE, api=API
)
