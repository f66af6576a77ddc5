"""Attributes whose names have a hyphen, which Python's keywords can't have."""

from typing import Any


def data(**values: Any) -> dict[str, Any]:
    """data(max_bytes=1) → {"data-max-bytes": 1}"""
    return _hyphenated("data", values)


def aria(**values: Any) -> dict[str, Any]:
    return _hyphenated("aria", values)


def _hyphenated(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name.replace('_', '-')}": value for name, value in values.items()}
