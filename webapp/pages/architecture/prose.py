"""Renders the markup of the lesson's texts (paragraphs, variables and links), and signed numbers."""

import re
from collections.abc import Iterator

from dash import html
from dash.development.base_component import Component

# *G* or, with an index, *D_Y*; [text](address).
MARKS = re.compile(r"\*(?P<variable>\w+?)(?:_(?P<index>\w+))?\*|\[(?P<text>[^]]+)]\((?P<address>[^)]+)\)")
# A line break in Chinese is no space between two characters or beside punctuation.
HAN, PUNCTUATION = r"[\u4e00-\u9fff]", r"[\u3000-\u303f\uff00-\uffef]"
UNSPACED_BREAK = re.compile(rf"(?<={HAN})\n(?={HAN})|(?<={PUNCTUATION})\n|\n(?={PUNCTUATION})")


def paragraphs(text: str) -> list[Component]:
    """Returns a paragraph for each block of text that blank lines separate."""
    return [html.P(inline(paragraph)) for paragraph in text.strip().split("\n\n")]


def inline(text: str) -> list[Component | str]:
    """Returns text with its variables and links as components."""
    return list(_parts(UNSPACED_BREAK.sub("", text).replace("\n", " ")))


def _parts(text: str) -> Iterator[Component | str]:
    end = 0
    for mark in MARKS.finditer(text):
        if mark.start() > end:
            yield text[end : mark.start()]
        yield (
            _variable(mark["variable"], mark["index"])
            if mark["variable"]
            else html.A(mark["text"], href=mark["address"])
        )
        end = mark.end()
    if end < len(text):
        yield text[end:]


def _variable(name: str, index: str | None) -> Component:
    return html.Var([name, html.Sub(index)] if index else name)


def signed(number: float) -> str:
    """Returns the number with two decimals. It has a proper minus sign, and none if it rounds to zero."""
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")
