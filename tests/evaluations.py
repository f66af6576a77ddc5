"""Evaluations for the tests of what is done with them."""

from dataclasses import replace

from cyclegan.evaluate.evaluator import Evaluation

ORDINARY = Evaluation(
    kid=80.0, content=0.9, contours=1.0, contours_p99=5.0, colours=2.0, detail=0.1, luminance=0.9, palette=7.0
)


def evaluation(**figures: float) -> Evaluation:
    """Returns an ordinary evaluation, but for these figures."""
    return replace(ORDINARY, **figures)
