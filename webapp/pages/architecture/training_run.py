"""The training run of the shipped weights: its curves, and the same photos painted at successive steps."""

from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.charts import chart, line
from webapp.pages.architecture.components import picture, scrubber, section, slides
from webapp.pages.architecture.story import LearningStep, Story
from webapp.texts.schema import RunTexts

HOUR: Final = 3600  # seconds
# Losses that belong together and are of similar magnitude.
GROUPS: Final = {
    "game": ("adversarial_painting", "discriminator_painting", "adversarial_photo", "discriminator_photo"),
    "held": ("cycle_painting", "cycle_photo", "identity_painting", "identity_photo"),
    "second": ("feature_painting", "feature_discriminator"),
    "third": ("palette_painting", "palette_discriminator"),
    "rules": ("contrast_painting", "contour_painting"),
    "rate": ("learning_rate",),
}


def training_run(texts: RunTexts, card: Card, story: Story) -> Component:
    steps = story["learning"]["steps"]
    last = len(steps) - 1
    each = [learning(texts, story, step) for step in steps]
    content = [
        html.Figure([evaluations_chart(texts, story), html.Figcaption(texts.judgements)]),
        html.Div([losses_chart(texts, story, group) for group in GROUPS], className="two"),
        slides("learning", each, last),
        scrubber("learning", texts.control, len(steps), last),
    ]
    training = card["training"]
    hours = f"{training['seconds'] / HOUR:.1f}"
    return section("run", texts, content, steps=f"{training['steps']:,}", hours=hours)


def losses_chart(texts: RunTexts, story: Story, group: str) -> Component:
    curves = story["curves"]
    traces = [line(texts.curves[name], curves["step"], curves[name], at) for at, name in enumerate(GROUPS[group])]
    axes = {"xaxis": {"range": [0, curves["step"][-1]]}, "yaxis": {"exponentformat": "e"}}
    graph = chart(f"{group}-chart", traces, texts.step, **axes)
    return html.Figure([graph, html.Figcaption(texts.groups[group])])


def evaluations_chart(texts: RunTexts, story: Story) -> Component:
    steps = [row["step"] for row in story["evaluations"]]
    kid = line(texts.kid, steps, [row["kid"] for row in story["evaluations"]], 0)
    content = line(texts.content, steps, [row["content"] for row in story["evaluations"]], 1, "dot") | {"yaxis": "y2"}
    axes: dict[str, Any] = {
        "xaxis": {"range": [0, steps[-1]]},
        "yaxis": {"title": {"text": texts.kid}, "rangemode": "tozero"},
        "yaxis2": {
            "title": {"text": texts.content},
            "overlaying": "y",
            "side": "right",
            "range": [0, 1],
            "dtick": 0.2,
            "tickmode": "linear",
            "showgrid": False,
        },
    }
    return chart("kid-chart", [kid, content], texts.step, **axes)


def learning(texts: RunTexts, story: Story, step: LearningStep) -> Component:
    caption = words(texts, step)
    pictures = [picture(f"learning/{name}-{step['step']}", caption, "") for name in story["learning"]["examples"]]
    return html.Div([html.Div(pictures, className="three"), html.P(caption, className="figures")])


def words(texts: RunTexts, step: LearningStep) -> str:
    if step["step"] == 0:
        return texts.untouched
    if "kid" not in step:
        return texts.caption.format(step=f"{step['step']:,}")
    return texts.judged.format(step=f"{step['step']:,}", kid=f"{step['kid']:.1f}")
