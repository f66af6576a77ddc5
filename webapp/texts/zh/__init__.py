"""The Chinese texts, in simplified characters."""

from typing import Final

from webapp.texts.schema import Texts
from webapp.texts.zh.api import API
from webapp.texts.zh.lesson import ARCHITECTURE
from webapp.texts.zh.page import PAGE, SCRIPT, SENTENCES

CHINESE: Final = Texts(
    tag="zh-Hans", name="中文", page=PAGE, script=SCRIPT, sentences=SENTENCES, architecture=ARCHITECTURE, api=API
)
