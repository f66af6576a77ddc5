"""The three losses, and what the paintings look like when one of them is missing."""

from collections.abc import Iterator
from typing import Final

from dash import html
from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.components import formula, picture, section
from webapp.pages.architecture.prose import inline, paragraphs
from webapp.pages.architecture.story import Story
from webapp.texts.schema import LossesTexts, LossText

# As cyclegan/train/losses.py computes them.
ADVERSARIAL: Final = (
    r"\mathcal{L}_G = \mathbb{E}_x\big[(D_Y(G(x)) - 1)^2\big]",
    r"\mathcal{L}_{D_Y} = \tfrac12\,\mathbb{E}_y\big[(D_Y(y) - 1)^2\big] + \tfrac12\,\mathbb{E}_x\big[D_Y(G(x))^2\big]",
)
CYCLE: Final = (
    r"\mathcal{L}_\mathrm{cyc} = \mathbb{E}_x\big[\lVert F(G(x)) - x \rVert_1\big] "
    r"+ \mathbb{E}_y\big[\lVert G(F(y)) - y \rVert_1\big]",
)
IDENTITY: Final = (
    r"\mathcal{L}_\mathrm{id} = \mathbb{E}_y\big[\lVert G(y) - y \rVert_1\big] "
    r"+ \mathbb{E}_x\big[\lVert F(x) - x \rVert_1\big]",
)


def losses(texts: LossesTexts, card: Card, story: Story) -> Component:
    settings = card["training"]["settings"][-1]["settings"]
    weights = texts.weights.format(cycle=f"{settings['cycle_weight']:g}", identity=f"{settings['identity_weight']:g}")
    articles = [
        loss(texts.adversarial, ADVERSARIAL),
        loss(texts.cycle, CYCLE),
        loss(texts.identity, IDENTITY),
    ]
    return section("losses", texts, [*articles, html.P(inline(weights)), *experiment(texts, story)])


def loss(texts: LossText, formulas: tuple[str, ...]) -> Component:
    return html.Article([html.H3(texts.name), *paragraphs(texts.text), *map(formula, formulas)], className="loss")


def experiment(texts: LossesTexts, story: Story) -> Iterator[Component]:
    """Yields the same photos, painted by a network trained with all losses and by one without each of them."""
    losses = story["losses"]
    rows = {
        "photo": (texts.photo, ""),
        "all": (texts.everything, ""),
        "no-adversarial": (texts.adversarial.without_name, texts.adversarial.without),
        "no-cycle": (texts.cycle.without_name, texts.cycle.without),
        "no-identity": (texts.identity.without_name, texts.identity.without),
    }
    yield html.P(texts.experiment.format(steps=f"{losses['steps']:,}"))
    yield html.Div([variant(texts, story, name, *said) for name, said in rows.items()], className="variants")


def variant(texts: LossesTexts, story: Story, name: str, heading: str, seen: str) -> Component:
    figures = story["losses"]["variants"].get(name)
    caption = (
        texts.caption.format(kid=f"{figures['kid']:.1f}", content=f"{figures['content']:.2f}") if figures else None
    )
    pictures = [picture(f"losses/{name}-{example}", heading, "") for example in story["losses"]["examples"]]
    restored = back(texts, story, name) if name in story["losses"]["back"] else []
    said = [html.H3(heading), html.P(caption, className="figures") if caption else None, html.P(seen) if seen else None]
    return html.Div([html.Div(pictures, className="pictures"), *filter(None, said), *restored], className="variant")


def back(texts: LossesTexts, story: Story, name: str) -> list[Component]:
    """Returns the photos that F makes of these paintings, and how far they are from the originals."""
    words = texts.back.format(difference=f"{story['losses']['back'][name]:.3f}")
    pictures = [picture(f"losses/back-{name}-{example}", words, "") for example in story["losses"]["examples"]]
    return [html.Div(pictures, className="pictures"), html.P(words, className="figures")]
