from typing import Any

import pytest
from dash import html
from dash.development.base_component import Component

from webapp.pages.architecture.prose import inline, paragraphs, signed
from webapp.texts import LANGUAGES


def text(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(text, part))
    return text(part.children) if isinstance(part, Component) else part


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("No marks at all.", ["No marks at all."]),
        ("*x*", [html.Var("x")]),
        ("The photo *x* is", ["The photo ", html.Var("x"), " is"]),
        ("*G*(*x*)", [html.Var("G"), "(", html.Var("x"), ")"]),
        ("*D_Y* judges", [html.Var(["D", html.Sub("Y")]), " judges"]),
        (
            "see [the paper](https://arxiv.org/abs/1703.10593).",
            ["see ", html.A("the paper", href="https://arxiv.org/abs/1703.10593"), "."],
        ),
        ("2 * 3 * 4 [sic] (so)", ["2 * 3 * 4 [sic] (so)"]),
    ],
)
def test_variables_indices_and_links_become_components(written: str, shown: list[Any]) -> None:
    assert repr(inline(written)) == repr(shown)


def test_a_blank_line_begins_a_paragraph() -> None:
    first, second = paragraphs("\nOne *x*\nof two.\n\nAnother.\n")
    assert [type(first), type(second)] == [html.P, html.P]
    assert [text(first), text(second)] == ["One x of two.", "Another."]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("one\ntwo", "one two"),
        ("照片\n画作", "照片画作"),
        ("照片，\n画作", "照片，画作"),
        ("照片\n（画作）", "照片（画作）"),
        ("画作。\n*G* 保留景物", "画作。G 保留景物"),
        ("生成器\n*G*", "生成器 G"),
        ("*G*\n把照片", "G 把照片"),
        ("三个\n7 × 7 卷积", "三个 7 × 7 卷积"),
        ("一行\n两行\n三行", "一行两行三行"),
    ],
)
def test_a_line_break_is_a_space_except_within_chinese(written: str, shown: str) -> None:
    assert text(inline(written)) == shown


def test_no_chinese_paragraph_of_the_lesson_has_a_space_beside_its_punctuation() -> None:
    lesson = LANGUAGES["zh"].architecture
    sections = [part for part in vars(lesson).values() if not isinstance(part, str)]
    losses = [lesson.losses.adversarial, lesson.losses.cycle, lesson.losses.identity]
    for part in [*sections, *losses]:
        assert [mark for mark in "，。：；！？、（）“”" if f"{mark} " in text(paragraphs(part.text))] == []


@pytest.mark.parametrize(
    ("number", "shown"), [(0.126, "0.13"), (-0.3368, "−0.34"), (-0.0001, "0.00"), (0.0, "0.00"), (-12.0, "−12.00")]
)
def test_only_a_number_that_stays_below_zero_when_rounded_has_a_minus(number: float, shown: str) -> None:
    assert signed(number) == shown
