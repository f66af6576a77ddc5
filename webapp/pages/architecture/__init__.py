"""The architecture page: a lesson in six steps, the network, its training run, and how to do it yourself."""

from dash import html
from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.cycles import cycles
from webapp.pages.architecture.generator import generator
from webapp.pages.architecture.inspection import inside
from webapp.pages.architecture.losses import losses
from webapp.pages.architecture.norm import norm
from webapp.pages.architecture.passes import passes
from webapp.pages.architecture.references import references
from webapp.pages.architecture.rounding import rounding
from webapp.pages.architecture.story import Story
from webapp.pages.architecture.training_run import training_run
from webapp.pages.architecture.unpaired import unpaired
from webapp.pages.architecture.yourself import yourself
from webapp.pages.attributes import aria
from webapp.texts.schema import ArchitectureTexts, Texts


def layout(texts: Texts, card: Card, story: Story) -> Component:
    words = texts.architecture
    sections = [
        unpaired(words.unpaired, card),
        cycles(words.cycles),
        losses(words.losses, card, story),
        norm(words.norm, story),
        rounding(words.rounding, card, story),
        passes(words.passes, card, story),
        generator(words.generator, card),
        inside(words.inside, words.generator, texts.page, card, story),
        training_run(words.run, card, story),
        yourself(words.yourself),
        references(words.references),
    ]
    return html.Div([heading(words), contents(words), *sections], className="architecture")


def opening(texts: Texts, card: Card) -> Component:
    """Returns the part that is visible at first: the top of the page."""
    words = texts.architecture
    return html.Div([heading(words), contents(words), unpaired(words.unpaired, card)], className="architecture")


def heading(texts: ArchitectureTexts) -> Component:
    return html.Header([html.H1(texts.heading), html.P(texts.lead)], className="heading")


def contents(texts: ArchitectureTexts) -> Component:
    """Returns the list of contents. architecture.css numbers the lesson's six steps but not the rest."""
    named = {
        "unpaired": texts.unpaired,
        "cycles": texts.cycles,
        "losses": texts.losses,
        "norm": texts.norm,
        "int8": texts.rounding,
        "passes": texts.passes,
        "generator": texts.generator,
        "inside": texts.inside,
        "run": texts.run,
        "yourself": texts.yourself,
        "references": texts.references,
    }
    links = [html.Li(html.A(section.short, href=f"#{name}")) for name, section in named.items()]
    return html.Nav(html.Ol(links), className="contents", **aria(label=texts.contents))
