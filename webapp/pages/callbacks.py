"""Checks the callback requests of the pages before Dash handles them, since Dash itself trusts any body."""

from typing import Any, TypeGuard

from dash import Dash
from flask import request
from werkzeug.exceptions import BadRequest


def check_callback(pages: Dash) -> None:
    """Raises BadRequest if the body of this request is not one that the pages' renderer sends.

    It must name a callback of `pages` with all of its outputs, inputs and state, and all values must be strings.
    """
    try:
        body = request.get_json()
    except RecursionError as error:  # nested too deeply for Python's parser
        raise BadRequest from error
    if not is_callback(pages, body):
        raise BadRequest


def is_callback(pages: Dash, body: Any) -> bool:
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    known = pages.callback_map.get(body["output"], {})
    if "callback" not in known:  # the other callbacks run in the browser
        return False
    changed = body.get("changedPropIds", [])
    return (
        body.get("outputs") == [_named(output.component_id, output.component_property) for output in known["output"]]
        and _are_given(body.get("inputs"), known["inputs"])
        and _are_given(body.get("state", []), known["state"])
        and isinstance(changed, list)
        and all(isinstance(name, str) for name in changed)
    )


def _are_given(given: Any, known: list[dict[str, str]]) -> bool:
    """Returns whether every known part, and no other, has a value. Values are strings: parts of the page's URL."""
    if not isinstance(given, list) or not all(map(_has_value, given)):
        return False
    return [_named(part["id"], part["property"]) for part in given] == [_named(**part) for part in known]


def _has_value(part: Any) -> TypeGuard[dict[str, str]]:
    return isinstance(part, dict) and part.keys() == {"id", "property", "value"} and isinstance(part["value"], str)


def _named(id: str, property: str) -> dict[str, str]:  # noqa: A002  # Dash's own names
    return {"id": id, "property": property}
