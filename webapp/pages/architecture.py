"""The architecture page: the generator's layers as they are, and what it was trained to do."""

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from cyclegan.card import Card, Layer

INTRODUCTION = """
Nobody has ever photographed what Monet painted, so there are no pairs of photo and painting to learn from. A CycleGAN
learns from two piles instead: photos here, paintings there. Generator $G$ turns a photo $x$ into a painting, generator
$F$ turns a painting $y$ into a photo. Two discriminators look at patches of 70 × 70 pixels and score how real each one
is; $D$ is the one that knows paintings.
"""

LOSSES = {
    "Adversarial": r"""
A painting by $G$ should pass for a Monet. The generator is paid for patches that the discriminator scores as 1; the
discriminator for scoring real paintings as 1 and painted ones as 0. The distance is squared, so that even a fake that
passes still learns from how far it is off (Mao et al., 2017, arXiv 1611.04076).

$$
\mathcal{L}_G = \mathbb{E}_x\big[(D(G(x)) - 1)^2\big]
$$

$$
\mathcal{L}_D = \tfrac12\,\mathbb{E}_y\big[(D(y) - 1)^2\big] + \tfrac12\,\mathbb{E}_x\big[D(G(x))^2\big]
$$
""",
    "Cycle consistency": r"""
Painted and turned back into a photo, a photo should be what it was; and so should a painting that goes the other way
round. This is what keeps the scene: a bridge that did not stay a bridge could not be restored (Zhu et al., 2017,
arXiv 1703.10593, equation 2).

$$
\mathcal{L}_\mathrm{cyc} = \mathbb{E}_x\big[\lVert F(G(x)) - x \rVert_1\big]
+ \mathbb{E}_y\big[\lVert G(F(y)) - y \rVert_1\big]
$$
""",
    "Identity": r"""
A Monet is already a Monet: $G$ should leave it alone, and $F$ should leave photos alone. Without this the generators
swap colours freely, and noon becomes dusk (Zhu et al., 2017, section 5.2).

$$
\mathcal{L}_\mathrm{id} = \mathbb{E}_y\big[\lVert G(y) - y \rVert_1\big]
+ \mathbb{E}_x\big[\lVert F(x) - x \rVert_1\big]
$$
""",
}


def layout(card: Card) -> Component:
    return html.Div([introduction(), generator(card), losses()], className="architecture")


def introduction() -> Component:
    return html.Header([html.H1("How it paints"), mathematics(INTRODUCTION)], className="heading")


def generator(card: Card) -> Component:
    config, side = card["generator"], card["layers_side"]
    return html.Section(
        [
            html.H2("The generator"),
            html.P(
                "Three convolutions take the picture in, at a quarter of its size "
                f"{config['residual_blocks']} residual blocks repaint it, and nearest resizes with convolutions "
                "bring it back. "
                + output_sentence(residual=config["residual_output"])
                + f" Shapes are those for {side} × {side} pixels; any other size works as well."
            ),
            html.Div(table(card["layers"]), className="table-responsive", tabIndex=0),
        ]
    )


def output_sentence(*, residual: bool) -> str:
    if residual:
        return "What comes out is added to the photo: the network paints the difference."
    return "What comes out is the painting."


def table(layers: list[Layer]) -> dbc.Table:
    header = html.Tr([html.Th(name, scope="col") for name in ("", "Layer", "Kernel / stride", "Output", "Parameters")])
    total = sum(layer["parameters"] for layer in layers)
    footer = html.Tr([html.Td(), html.Th("Total", scope="row"), html.Td(), html.Td(), html.Td(f"{total:,}")])
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


def losses() -> Component:
    return html.Section(
        [
            html.H2("Three losses"),
            html.P("Training lowers the weighted sum of these three, for both directions at once."),
            *(html.Article([html.H3(name), mathematics(text)], className="loss") for name, text in LOSSES.items()),
        ]
    )


def mathematics(text: str) -> Component:
    # For every text of the page: beside a Markdown without MathJax, dash 4.4.1 typesets formulas at a width of NaN.
    return dcc.Markdown(text, mathjax=True)
