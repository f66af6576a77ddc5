"""What instance norm removes from a photo, shown on one feature map."""

from typing import Final

from dash import html
from dash.development.base_component import Component

from webapp.pages.architecture.components import formula, picture, section
from webapp.pages.architecture.prose import inline, signed
from webapp.pages.architecture.story import Moments, Story
from webapp.texts.schema import NormTexts

FORMULA: Final = r"y_c = \frac{x_c - \mu(x_c)}{\sqrt{\sigma^2(x_c) + \varepsilon}}"


def norm(texts: NormTexts, story: Story) -> Component:
    names = {"plain": texts.plain, "dim": texts.dim}
    stages = {"photo": texts.photo, "before": texts.before, "after": texts.after}
    rows = [
        html.Div([cell(texts, story, stage, words, light) for light in names], className="norm-row")
        for stage, words in stages.items()
    ]
    heads = html.Div([html.Span(name) for name in names.values()], className="norm-row norm-heads")
    caption = html.Figcaption(texts.caption.format(channel=story["norm"]["channel"] + 1))
    return section(
        "norm",
        texts,
        [formula(FORMULA), html.P(inline(texts.formula)), html.Figure([heads, *rows, caption], className="norm")],
    )


def cell(texts: NormTexts, story: Story, stage: str, words: str, light: str) -> Component:
    moments: dict[str, dict[str, Moments]] = {"before": story["norm"]["before"], "after": story["norm"]["after"]}
    if stage not in moments:
        return picture(f"norm/{stage}-{light}", words)
    found = moments[stage][light]
    caption = texts.measured.format(stage=words, mean=signed(found["mean"]), deviation=signed(found["deviation"]))
    return picture(f"norm/{stage}-{light}", words, caption)
