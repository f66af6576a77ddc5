"""Reads the losses and evaluations from a run's metrics."""

from collections import defaultdict
from statistics import fmean
from typing import Any

from webapp.pages.architecture.story import Evaluation

LOSSES = (
    "adversarial_painting",
    "adversarial_photo",
    "discriminator_painting",
    "discriminator_photo",
    "cycle_painting",
    "cycle_photo",
    "identity_painting",
    "identity_photo",
    "feature_painting",
    "feature_discriminator",
    "palette_painting",
    "palette_discriminator",
    "contrast_painting",
    "contour_painting",
    "learning_rate",
)
BIN = 300  # steps, since a loss varies far more from one picture to the next than over this many

Row = dict[str, Any]


def curves(rows: list[Row]) -> dict[str, list[float | None]]:
    """Averages each loss over bins of BIN steps; None if it was not measured. "step" has the bins' mean steps."""
    bins: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if "kid" not in row:
            bins[(row["step"] - 1) // BIN].append(row)
    ordered = [bins[number] for number in sorted(bins)]
    step: list[float | None] = [round(fmean(row["step"] for row in group)) for group in ordered]
    return {"step": step} | {name: [_mean(group, name) for group in ordered] for name in LOSSES}


def evaluations(rows: list[Row]) -> list[Evaluation]:
    """Returns the evaluations among the rows, in order."""
    return [Evaluation(step=row["step"], kid=row["kid"], content=row["content"]) for row in rows if "kid" in row]


def _mean(group: list[Row], name: str) -> float | None:
    measured = [row[name] for row in group if name in row]
    return float(f"{fmean(measured):.4g}") if measured else None  # four significant digits
