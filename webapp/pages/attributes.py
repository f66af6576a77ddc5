"""HTML attributes whose names contain a hyphen, which Python keywords can't."""

from typing import Any


def data(**values: Any) -> dict[str, Any]:
    """Returns data-* attributes: data(max_bytes=1) is {"data-max-bytes": 1}."""
    return _hyphenated("data", values)


def aria(**values: Any) -> dict[str, Any]:
    """Returns aria-* attributes: aria(label="Close") is {"aria-label": "Close"}."""
    return _hyphenated("aria", values)


def _hyphenated(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name.replace('_', '-')}": value for name, value in values.items()}
