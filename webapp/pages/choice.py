"""A choice of one among a few options, shown side by side."""

from collections.abc import Mapping
from typing import Any, TypeVar

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

Value = TypeVar("Value", str, int)


def choice(
    name: str, legend: str, values: Mapping[Value, str], value: Value, remembered: Any = None, **attributes: Any
) -> Component:
    """Returns radio buttons in a fieldset. `values` maps each value to its label.

    `remembered` holds Dash's persistence properties; `attributes` are added to the fieldset.
    """
    radios = dbc.RadioItems(
        id=name,
        name=name,  # makes them one stop of the Tab key
        options=[{"label": label, "value": each} for each, label in values.items()],
        value=value,
        className="btn-group",
        input_class_name="btn-check",
        label_class_name="btn btn-choice",
        **remembered or {},
    )
    return html.Fieldset([html.Legend(legend, className="option-name"), radios], className="option", **attributes)
