"""The architecture page: the generator's layers as they are, and what it was trained to do."""

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from cyclegan.card import Card, Layer
from webapp.texts.texts import ArchitectureTexts, Texts


def layout(texts: Texts, card: Card) -> Component:
    words = texts.architecture
    return html.Div([introduction(words), generator(words, card), losses(words)], className="architecture")


def opening(texts: Texts) -> Component:
    """What there is to see at first."""
    header = html.Header(html.H1(texts.architecture.heading), className="heading")
    return html.Div(header, className="architecture")


def introduction(texts: ArchitectureTexts) -> Component:
    return html.Header([html.H1(texts.heading), mathematics(texts.introduction)], className="heading")


def generator(texts: ArchitectureTexts, card: Card) -> Component:
    config, side = card["generator"], card["layers_side"]
    sentences = (
        texts.shape.format(blocks=config["residual_blocks"]),
        texts.adds if config["residual_output"] else texts.replaces,
        texts.shapes.format(side=side),
    )
    return html.Section(
        [
            html.H2(texts.generator),
            html.P(" ".join(sentences)),
            html.Div(table(texts, card["layers"]), className="table-responsive", tabIndex=0),
        ]
    )


def table(texts: ArchitectureTexts, layers: list[Layer]) -> dbc.Table:
    header = html.Tr([html.Td(), *(html.Th(name, scope="col") for name in texts.columns)])
    total = sum(layer["parameters"] for layer in layers)
    footer = html.Tr([html.Td(), html.Th(texts.total, scope="row"), html.Td(), html.Td(), html.Td(f"{total:,}")])
    return dbc.Table(
        [
            html.Thead(header),
            html.Tbody([row(number, layer) for number, layer in enumerate(layers, start=1)]),
            html.Tfoot(footer),
        ],
        id="layers",
        hover=True,
    )


def row(number: int, layer: Layer) -> Component:
    followers = html.Span("".join(f" · {name}" for name in layer["followers"]), className="followers")
    return html.Tr(
        [
            html.Td(number),
            html.Th([layer["name"], followers], scope="row"),
            html.Td(layer["kernel"]),
            html.Td(" × ".join(map(str, layer["shape"]))),
            html.Td(f"{layer['parameters']:,}"),
        ]
    )


def losses(texts: ArchitectureTexts) -> Component:
    articles = (
        html.Article([html.H3(name), mathematics(words)], className="loss")
        for name, words in texts.loss_articles.items()
    )
    return html.Section([html.H2(texts.losses), html.P(texts.losses_lead), *articles])


def mathematics(text: str) -> Component:
    # For every text of the page: beside a Markdown without MathJax, dash 4.4.1 typesets formulas at a width of NaN.
    return dcc.Markdown(text, mathjax=True)
