"""The weights before and after rounding to int8, and its effect on speed, size and quality."""

from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from cyclegan.card import Card
from webapp.pages.architecture.charts import bars, chart
from webapp.pages.architecture.components import formula, section, table
from webapp.pages.architecture.story import Story
from webapp.texts.schema import RoundingTexts

FORMULA: Final = r"x \approx s\,(q - z)"
# Row of the table → the engine whose file it measures, and its key in the card's fidelity; None if there is none.
WAYS: Final = {
    "first way": (None, None),
    "float eager": (None, "float32"),
    "torchscript int8": ("torchscript", "torchscript int8"),
    "openvino int8": ("openvino", "openvino int8"),
}
NONE: Final = "–"
SPIKE: Final = 0.3  # of the distance between integers, so that the gaps between them are visible


def rounding(texts: RoundingTexts, card: Card, story: Story) -> Component:
    found = story["rounding"]
    caption = texts.caption.format(
        weights=f"{found['weights']:,}",
        smallest=f"{found['scale_smallest']:.2g}",
        largest=f"{found['scale_largest']:.2g}",
        output_scale=f"{found['output_scale']:.3g}",
        output_zero_point=found["output_zero_point"],
    )
    histogram = html.Figure([histograms(texts, story), html.Figcaption(caption)])
    photos = str(card["quantization"]["calibration_photos"])
    return section("int8", texts, [formula(FORMULA), histogram, *measured(texts, card, story)], photos=photos)


def histograms(texts: RoundingTexts, story: Story) -> Component:
    before, after = story["rounding"]["float"], story["rounding"]["int8"]
    traces = [
        bars(texts.floats, before["centres"], before["counts"], 1),
        bars(texts.integers, after["integers"], after["counts"], 0) | {"yaxis": "y2", "width": SPIKE},
    ]
    axes: dict[str, Any] = {
        "yaxis": {"title": {"text": texts.floats}, "domain": [0.55, 1]},
        "yaxis2": {"title": {"text": texts.integers}, "domain": [0, 0.45]},
        "xaxis": {"anchor": "y2"},
    }
    return chart("rounding-chart", traces, texts.axis, **axes, bargap=0, showlegend=False)


def measured(texts: RoundingTexts, card: Card, story: Story) -> list[Component]:
    speed = {row["way"]: row for row in story["speed"]}
    rows = [row(texts, card, way, speed[way]["milliseconds"]) for way in WAYS]
    machine = next(iter(story["speed"]))
    words = texts.table.format(processor=machine["processor"], cores=machine["cores"])
    return [table(texts.columns, html.Tbody(rows)), html.P(words, className="small-print")]


def row(texts: RoundingTexts, card: Card, way: str, milliseconds: float) -> Component:
    engine, fidelity = WAYS[way]
    parameters = sum(layer["parameters"] for layer in card["layers"])
    size = card["artifacts"][engine]["bytes"] if engine else 4 * parameters
    megabytes = f"{size / 1e6:.1f}" if engine or fidelity else NONE
    found = card["fidelity"][fidelity] if fidelity else None
    psnr = f"{found['psnr_median']:.1f}" if found and "psnr_median" in found else NONE
    kid = f"{found['kid']:.1f}" if found else NONE
    cells = [f"{milliseconds / 1000:.3f}", megabytes, psnr, kid]
    return html.Tr([html.Th(texts.ways[way], scope="row"), *(html.Td(cell) for cell in cells)])
