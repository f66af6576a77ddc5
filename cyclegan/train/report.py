"""Draws a run into one HTML file: its curves, and how the same photos are painted better and better."""

import base64
import html
from pathlib import Path

import plotly.graph_objects as go

from cyclegan.train.journal import GRIDS, METRICS, read_metrics

CURVES = {
    "Generators": ("adversarial_painting", "adversarial_photo"),
    "Discriminators": ("discriminator_painting", "discriminator_photo"),
    "Cycle and identity": ("cycle_painting", "cycle_photo", "identity_painting", "identity_photo"),
    "Contrasts and contours that the photo lacks": ("contrast_painting", "contour_painting"),
    "KID × 1000 (lower is nearer to Monet)": ("kid",),
    "Content preserved": ("content", "luminance"),
    "What eyes object to": ("contours", "contours_p99", "colours", "detail"),
}
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
img {{ max-width: 100% }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


class ReportError(ValueError):
    """The folder is not that of a run; the message says which and why."""


def write_report(run: Path, output: Path) -> None:
    """Draws the metrics and grids of `run` into `output`, which needs no other file. Raises ReportError."""
    if not (run / METRICS).is_file():
        raise ReportError(f"{run} is not the folder of a run: it has no {METRICS}.")
    lines = read_metrics(run)
    if not lines:
        raise ReportError(f"{run} has no measurements yet: wait for the first ones.")
    body = [_figure(title, names, lines) for title, names in CURVES.items()]
    # The first figure brings the script that draws all of them.
    drawn = [figure.to_html(full_html=False, include_plotlyjs=number == 0) for number, figure in enumerate(body)]
    grids = [_grid(path) for path in sorted((run / GRIDS).glob("*.jpg"))]
    output.write_text(PAGE.format(title=html.escape(f"Run {run.name}"), body="\n".join(drawn + grids)))


def _figure(title: str, names: tuple[str, ...], lines: list[dict[str, float]]) -> go.Figure:
    figure = go.Figure(layout={"title": title, "xaxis_title": "step", "height": 360, "template": "plotly_white"})
    for name in names:
        points = [(line["step"], line[name]) for line in lines if name in line]
        figure.add_scatter(x=[step for step, _ in points], y=[value for _, value in points], name=name)
    return figure


def _grid(path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    caption = f"Step {int(path.stem):,}: photos, their paintings, and the photos restored from them"
    return f'<h2>{caption}</h2>\n<img alt="{caption}" src="data:image/jpeg;base64,{data}">'
