"""Writes down how a run goes: metrics.jsonl, TensorBoard events, and grids of pictures."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from PIL import Image
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

from cyclegan.evaluate.evaluator import Evaluation

METRICS = "metrics.jsonl"
GRIDS = "grids"


class Journal:
    """Continues the journal in the folder `run` after `step`, the last step that training has made.

    Training makes later steps again, so what an interrupted run noted about them is dropped: no step appears twice.
    With several processes, only one `writes`.

    metrics.jsonl is the record; TensorBoard and the grids show the same. Every line is written before the next step
    begins, so a killed process loses none.
    """

    def __init__(self, run: Path, step: int = 0, writes: bool = True) -> None:
        self.run = run
        self.step = step
        self.writes = writes

    def __enter__(self) -> Self:
        if self.writes:
            (self.run / GRIDS).mkdir(parents=True, exist_ok=True)
            self._drop_later_steps()
            self._metrics = open(self.run / METRICS, "a", buffering=1)
            self._events = SummaryWriter(self.run, purge_step=self.step + 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.writes:
            self._metrics.close()
            self._events.close()

    def _drop_later_steps(self) -> None:
        metrics = self.run / METRICS
        if metrics.exists():
            kept = [line for line in read_metrics(self.run) if line["step"] <= self.step]
            partial = metrics.with_name(METRICS + ".partial")
            partial.write_text("".join(json.dumps(line) + "\n" for line in kept))
            partial.replace(metrics)
        for grid in (self.run / GRIDS).glob("*.jpg"):
            if int(grid.stem) > self.step:
                grid.unlink()

    def note_losses(self, step: int, learning_rate: float, losses: dict[str, Tensor]) -> dict[str, float]:
        """Returns the losses as numbers, rounded as they were noted."""
        values = {name: round(loss.item(), 5) for name, loss in losses.items()}
        self._note(step, {"learning_rate": learning_rate, **values})
        return values

    def note_evaluation(self, step: int, evaluation: Evaluation, grid: Image.Image) -> None:
        """`grid` shows photos, their paintings, and the photos restored from them."""
        self._note(step, asdict(evaluation))
        if self.writes:
            grid.save(self.run / GRIDS / f"{step:07}.jpg", quality=88)
            self._events.add_image("grid", np.asarray(grid), step, dataformats="HWC")

    def _note(self, step: int, values: dict[str, float]) -> None:
        if not self.writes:
            return
        line: dict[str, Any] = {"step": step, "time": round(time.time(), 1), **values}
        self._metrics.write(json.dumps(line) + "\n")
        for name, value in values.items():
            self._events.add_scalar(name, value, step)


def read_metrics(run: Path) -> list[dict[str, float]]:
    """Returns the lines of a run's metrics.jsonl in order, without those that a killed process left half-written."""
    return [line for text in (run / METRICS).read_text().splitlines() if (line := _parse(text)) is not None]


def _parse(text: str) -> dict[str, float] | None:
    try:
        line: dict[str, float] = json.loads(text)
    except json.JSONDecodeError:
        return None
    return line
