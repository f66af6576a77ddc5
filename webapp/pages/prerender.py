"""Renders components to HTML on the server, for what a page shows before Dash has started."""

from html import escape
from typing import Any

from dash import html
from dash.development.base_component import Component

# Names of components of other packages than html → their tag, and the class that Dash gives them.
OTHERS = {"Link": ("a", ""), "NavLink": ("a", "nav-link"), "Input": ("input", "form-control")}
VOID = {"img", "br", "input"}
ATTRIBUTES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex"}
# Properties that only Dash understands.
UNWRITTEN = {"children", "key", "disable_n_clicks", "refresh", "active", "external_link"}


def to_html(component: Any) -> str:
    """Returns the HTML of Dash's html components, of links and of inputs.

    Raises ValueError for a component that only Dash can render.
    """
    if component is None:
        return ""
    if isinstance(component, list | tuple):
        return "".join(map(to_html, component))
    if not isinstance(component, Component):
        return escape(str(component))
    kind = type(component).__name__
    if kind not in OTHERS and type(component) is not getattr(html, kind, None):
        raise ValueError(f"{kind} can't be rendered without Dash.")
    tag, own_class = OTHERS.get(kind, (kind.lower(), ""))
    properties = component.to_plotly_json()["props"]
    if kind in OTHERS:
        classes = [own_class, properties.get("className", ""), "active" if properties.get("active") else ""]
        properties["className"] = " ".join(filter(None, classes))
    written = "".join(_attribute(name, value) for name, value in properties.items() if name not in UNWRITTEN)
    return f"<{tag}{written}>" if tag in VOID else f"<{tag}{written}>{to_html(properties.get('children'))}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is False or value is None:
        return ""
    name = ATTRIBUTES.get(name, name)
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
