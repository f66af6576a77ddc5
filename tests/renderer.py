"""A request of Dash's renderer, as Chromium sent it."""

from typing import Any, Final

ROUTE: Final = "/_dash-update-component"
BODY: Final[dict[str, Any]] = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
    "inputs": [
        {"id": "_pages_location", "property": "pathname", "value": "/zh/architecture"},
        {"id": "_pages_location", "property": "search", "value": "?from=here"},
    ],
    "changedPropIds": ["_pages_location.pathname", "_pages_location.search"],
    "parsedChangedPropsIds": ["_pages_location.pathname", "_pages_location.search"],
}
