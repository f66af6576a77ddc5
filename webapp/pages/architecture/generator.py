"""The generator's layers: a diagram, a table for each photo size, and the purpose of each layer."""

from collections.abc import Sequence
from typing import Final

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from cyclegan.card import RESIZE, Card, Layer
from webapp.pages.architecture.components import section, slide_class, slides, table
from webapp.pages.attributes import data
from webapp.pages.choice import choice
from webapp.texts.schema import GeneratorTexts

SIDES: Final = (256, 512, 1024, 2048)  # pixels of a square photo
FIRST_SIDE: Final = SIDES.index(512)
MILLION: Final = 1_000_000


def generator(texts: GeneratorTexts, card: Card) -> Component:
    config, layers = card["generator"], card["layers"]
    sides = {at: f"{side}²" for at, side in enumerate(SIDES)}
    content = [
        html.P(output(texts, config["low_pass"])),
        diagram(texts, card),
        slides("layers", [explanation(texts, layers, at) for at in range(len(layers))], class_name="explanations"),
        choice("sides", texts.sides, sides, FIRST_SIDE, **data(picks="sides")),
        slides("sides", [layers_table(texts, card, side) for side in SIDES], FIRST_SIDE),
        html.P(texts.numbers, className="small-print"),
    ]
    return section("generator", texts, content, blocks=str(config["residual_blocks"]))


def output(texts: GeneratorTexts, low_pass: int) -> str:
    """Returns what becomes of the last layer's output."""
    if low_pass == 0:
        return texts.replaces
    return texts.adds if low_pass == 1 else texts.adds_to_means.format(side=low_pass)


def role(layers: Sequence[Layer], at: int) -> str:
    """Returns the purpose of a layer, which is a key of GeneratorTexts.roles."""
    layer = layers[at]
    if at in (0, len(layers) - 1):
        return "first" if at == 0 else "last"
    if layer["name"] == "Residual block":
        return "block"
    if layer["name"] == RESIZE:
        return "resize"
    return "down" if layer["shape"][1] < layers[at - 1]["shape"][1] else "up"


def diagram(texts: GeneratorTexts, card: Card) -> Component:
    """Returns a bar for each layer, whose height shows the size of its maps and whose width shows their number."""
    layers = card["layers"]
    radios = dbc.RadioItems(
        id="layers-diagram",
        options=[{"label": bar(texts, card, at), "value": at} for at in range(len(layers))],
        value=0,
        input_class_name="btn-check",
        className="bars",
    )
    legend = html.Legend(texts.control, className="visually-hidden")
    return html.Fieldset([legend, radios], className="diagram", **data(picks="layers"))


def bar(texts: GeneratorTexts, card: Card, at: int) -> Component:
    layers, base = card["layers"], card["generator"]["base_channels"]
    channels, height, _ = layers[at]["shape"]
    shape = f"deep-{channels // base} tall-{card['layers_side'] // height} role-{role(layers, at)}"
    number = html.Span(at + 1, className="bar-number")
    name = html.Span(texts.roles[role(layers, at)].name, className="visually-hidden")
    return html.Span([html.Span(className=f"bar {shape}"), number, name], className="bar-column")


def explanation(texts: GeneratorTexts, layers: Sequence[Layer], at: int) -> Component:
    words = texts.roles[role(layers, at)]
    heading = html.H3(texts.number.format(number=at + 1, name=words.name))
    return html.Div([heading, html.P(operation(texts, layers[at])), html.P(words.what), html.P(words.why)])


def operation(texts: GeneratorTexts, layer: Layer) -> list[Component | str]:
    followers = "".join(f" · {texts.names[name]}" for name in layer["followers"])
    return [html.Strong(texts.names[layer["name"]]), html.Span(followers, className="followers")]


def layers_table(texts: GeneratorTexts, card: Card, side: int) -> Component:
    layers = [enlarged(layer, side, card["layers_side"]) for layer in card["layers"]]
    parameters, multiply_adds = (sum(layer[key] for layer in layers) for key in ("parameters", "multiply_adds"))
    footer = html.Tr(
        [
            html.Td(),
            html.Th(texts.total, scope="row"),
            html.Td(),
            html.Td(),
            html.Td(f"{parameters:,}"),
            html.Td(millions(multiply_adds)),
            html.Td(),
        ]
    )
    rows = [row(texts, layer, at) for at, layer in enumerate(layers)]
    body = html.Tbody(rows, **data(slides="layers"))  # the chosen row is marked
    return html.Div(table(("", *texts.columns), body, html.Tfoot(footer)), className="layers", **data(side=side))


def enlarged(layer: Layer, side: int, from_side: int) -> Layer:
    """Returns the layer for a photo of another size. Both sides must be multiples of the generator's stride."""
    channels, height, width = layer["shape"]
    return {
        **layer,
        "shape": [channels, height * side // from_side, width * side // from_side],
        "multiply_adds": layer["multiply_adds"] * side**2 // from_side**2,
    }


def row(texts: GeneratorTexts, layer: Layer, at: int) -> Component:
    cells: list[str | int] = [
        layer["kernel"],
        " × ".join(map(str, layer["shape"])),
        f"{layer['parameters']:,}",
        millions(layer["multiply_adds"]),
        layer["receptive_field"],
    ]
    name = html.Th(operation(texts, layer), scope="row")
    return html.Tr([html.Td(at + 1), name, *(html.Td(cell) for cell in cells)], className=slide_class(at == 0))


def millions(number: int) -> str:
    return f"{number / MILLION:,.0f}"
