"""What a run leaves for its reader: metrics.jsonl, TensorBoard events, and grids of pictures."""

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
    """Appends to the run's folder; of several processes only the first `writes`.

    metrics.jsonl is the record: every line is whole on disk before training goes on, so a kill loses nothing.
    TensorBoard and the grids show the same.
    """

    def __init__(self, run: Path, writes: bool = True) -> None:
        self.run = run
        self.writes = writes

    def __enter__(self) -> Self:
        if self.writes:
            (self.run / GRIDS).mkdir(parents=True, exist_ok=True)
            self._metrics = open(self.run / METRICS, "a", buffering=1)
            self._events = SummaryWriter(self.run)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.writes:
            self._metrics.close()
            self._events.close()

    def note_losses(self, step: int, learning_rate: float, losses: dict[str, Tensor]) -> dict[str, str]:
        """Answers the losses as a progress bar shows them."""
        values = {name: round(loss.item(), 5) for name, loss in losses.items()}
        self._note(step, {"learning_rate": learning_rate, **values})
        return {name: f"{value:.3f}" for name, value in values.items()}

    def note_evaluation(self, step: int, evaluation: Evaluation, grid: Image.Image) -> None:
        """`grid`: photos, their paintings and their cycles."""
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
    """The lines of a run's metrics.jsonl in order. A line that a kill cut short is left out."""
    lines = (run / METRICS).read_text().splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]
