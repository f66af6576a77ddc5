"""The papers that this project builds on."""

from typing import Final, NamedTuple

from dash import html
from dash.development.base_component import Component

from webapp.pages.architecture.components import section
from webapp.texts.schema import ReferencesTexts


class Paper(NamedTuple):
    authors: str
    year: int
    title: str
    address: str


PAPERS: Final = {
    "cyclegan": Paper(
        "Zhu, Park, Isola, Efros",
        2017,
        "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
        "https://arxiv.org/abs/1703.10593",
    ),
    "pix2pix": Paper(
        "Isola, Zhu, Zhou, Efros",
        2017,
        "Image-to-Image Translation with Conditional Adversarial Networks",
        "https://arxiv.org/abs/1611.07004",
    ),
    "lsgan": Paper(
        "Mao, Li, Xie, Lau, Wang, Smolley",
        2017,
        "Least Squares Generative Adversarial Networks",
        "https://arxiv.org/abs/1611.04076",
    ),
    "johnson": Paper(
        "Johnson, Alahi, Fei-Fei",
        2016,
        "Perceptual Losses for Real-Time Style Transfer and Super-Resolution",
        "https://arxiv.org/abs/1603.08155",
    ),
    "instance_norm": Paper(
        "Ulyanov, Vedaldi, Lempitsky",
        2016,
        "Instance Normalization: The Missing Ingredient for Fast Stylization",
        "https://arxiv.org/abs/1607.08022",
    ),
    "thumbnail_norm": Paper(
        "Chen, Wang, Xie, Lu, Luo",
        2022,
        "Towards Ultra-Resolution Neural Style Transfer via Thumbnail Instance Normalization",
        "https://arxiv.org/abs/2103.11784",
    ),
    "checkerboard": Paper(
        "Odena, Dumoulin, Olah",
        2016,
        "Deconvolution and Checkerboard Artifacts",
        "https://doi.org/10.23915/distill.00003",
    ),
    "int8": Paper(
        "Jacob, Kligys, Chen, Zhu, Tang, Howard, Adam, Kalenichenko",
        2018,
        "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
        "https://arxiv.org/abs/1712.05877",
    ),
    "projected_gan": Paper(
        "Sauer, Chitta, Müller, Geiger", 2021, "Projected GANs Converge Faster", "https://arxiv.org/abs/2111.01007"
    ),
    "kid": Paper(
        "Bińkowski, Sutherland, Arbel, Gretton", 2018, "Demystifying MMD GANs", "https://arxiv.org/abs/1801.01401"
    ),
}


def references(texts: ReferencesTexts) -> Component:
    return section("references", texts, [html.Ol([reference(texts, name) for name in PAPERS])])


def reference(texts: ReferencesTexts, name: str) -> Component:
    paper = PAPERS[name]
    title = html.A(paper.title, href=paper.address, lang="en")
    return html.Li([f"{paper.authors} ({paper.year}). ", title, html.Span(texts.gives[name], className="gives")])
