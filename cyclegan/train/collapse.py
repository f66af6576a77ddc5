"""Notices a run that learns nothing any more, and says so in words."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from cyclegan.evaluate.evaluator import Evaluation

WINDOW: Final = 20  # logged losses
# A discriminator whose loss, ½ (D(real) - 1)² + ½ D(fake)², stays below it is never in doubt, and has nothing to teach.
BEATEN: Final = 0.005
# Luminance correlation of photo and painting. Below it, a painting no longer shows what its photo shows.
UNLIKE: Final = 0.2


class CollapseWatch:
    """Collects a run's losses and returns warnings when it is evaluated."""

    def __init__(self) -> None:
        self._losses = {domain: deque[float](maxlen=WINDOW) for domain in ("painting", "photo")}

    def note(self, losses: Mapping[str, float]) -> None:
        """Notes the losses of one logged step, by the names that Trainer.step() gives them."""
        for domain, seen in self._losses.items():
            seen.append(losses[f"discriminator_{domain}"])

    def warnings(self, evaluation: Evaluation) -> Iterator[str]:
        """Yields a sentence for each sign of collapse."""
        for domain, seen in self._losses.items():
            if len(seen) == WINDOW and sum(seen) / WINDOW < BEATEN:
                yield (
                    f"The {domain} discriminator tells every {domain} from a generated one (mean loss "
                    f"{sum(seen) / WINDOW:.4f}): the generators learn nothing from it. "
                    "Go back to an earlier checkpoint, with a lower --learning-rate or fewer --discriminator-steps."
                )
        if evaluation.luminance < UNLIKE:
            yield (
                f"The paintings no longer resemble their photos (luminance correlation {evaluation.luminance:.2f}). "
                "Go back to an earlier checkpoint, with a higher --cycle-weight or a lower --learning-rate."
            )
