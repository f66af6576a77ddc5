"""Interactive charts. figures.css colours their text and grid, so that they follow the theme."""

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc

# Each has a contrast of at least 3:1 on the light card and on the dark one.
COLOURS: Final = ("#2f9078", "#c9711c", "#5b7fd6", "#b1559c", "#7a8a20", "#c2524a")
HEIGHT: Final = 340  # pixels
MARGIN: Final = {"l": 56, "r": 16, "t": 16, "b": 48}


def line(
    name: str, xs: Sequence[float | None], ys: Sequence[float | None], number: int, dash: str = "solid"
) -> dict[str, Any]:
    style = {"color": COLOURS[number % len(COLOURS)], "width": 2, "dash": dash}
    return {"type": "scatter", "mode": "lines", "name": name, "x": xs, "y": ys, "line": style}


def bars(name: str, xs: Sequence[float], ys: Sequence[float], number: int) -> dict[str, Any]:
    return {"type": "bar", "name": name, "x": xs, "y": ys, "marker": {"color": COLOURS[number]}, "opacity": 0.75}


def chart(name: str, traces: Sequence[dict[str, Any]], x_title: str, **layout: Any) -> dcc.Graph:
    """Returns a Plotly chart. `layout` is merged into the common layout, its axes into the common axes."""
    axes = {key: layout.pop(key, {}) for key in ("xaxis", "yaxis", "yaxis2") if key != "yaxis2" or key in layout}
    axes["xaxis"] = {"title": {"text": x_title}, **axes["xaxis"]}
    figure = {
        "data": list(traces),
        "layout": {
            "height": HEIGHT,
            "margin": MARGIN,
            "font": {"family": "Montserrat, system-ui, sans-serif"},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hovermode": "x unified",
            "hoverdistance": -1,  # any: a run is evaluated at few steps
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            **{key: {"zeroline": False, "automargin": True, **axis} for key, axis in axes.items()},
            **layout,
        },
    }
    return dcc.Graph(id=name, figure=figure, config={"displayModeBar": False}, responsive=True, className="chart")
