import dash_bootstrap_components as dbc
import pytest
from dash import dcc, html
from dash.development.base_component import Component

from webapp.pages.prerender import to_html


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (html.P("Less < more & so on"), "<p>Less &lt; more &amp; so on</p>"),
        (html.P(["One", html.Br(), 2, None]), "<p>One<br>2</p>"),
        (html.Img(src="/a.png", alt='"A"', width=2), '<img alt="&quot;A&quot;" src="/a.png" width="2">'),
        (html.Button("Go", id="go", className="btn"), '<button id="go" class="btn">Go</button>'),
        (html.P(hidden=True), "<p hidden></p>"),
        (html.P(hidden=False), "<p></p>"),
        (html.P("x", **{"data-max-bytes": 3}), '<p data-max-bytes="3">x</p>'),
        (dcc.Link("Home", href="/", className="brand"), '<a href="/" class="brand">Home</a>'),
        (
            dbc.Input(type="range", min=0, value=50, className="compare"),
            '<input value="50" type="range" min="0" class="form-control compare">',
        ),
        (dbc.NavLink("Paint", href="/", active=True), '<a href="/" class="nav-link active">Paint</a>'),
    ],
)
def test_a_component_is_rendered_to_html(component: Component, expected: str) -> None:
    assert to_html(component) == expected


@pytest.mark.parametrize("component", [dcc.Markdown("# Title"), dbc.Select(id="format")])
def test_a_component_that_only_dash_can_render_is_refused(component: Component) -> None:
    with pytest.raises(ValueError, match=type(component).__name__):
        to_html(component)
