"""The measurements on the architecture page. docs/make_story.py writes them, and the pictures in assets/story."""

import json
from pathlib import Path
from typing import Final, NotRequired, TypedDict, cast

STORY: Final = Path(__file__).parent / "story.json"


class Figures(TypedDict):
    """See Evaluation in cyclegan/evaluate/evaluator.py."""

    kid: float  # × 1000
    content: float  # at most 1, the photos' own


class Evaluation(Figures):
    step: int


class LearningStep(TypedDict):
    step: int  # 0 is the photo itself
    kid: NotRequired[float]  # × 1000; present if the run was evaluated at this step


class Learning(TypedDict):
    """Pictures: learning/<example>-<step>.jpg"""

    examples: list[str]
    steps: list[LearningStep]


class PassFigures(Figures):
    passes: int  # 0 is the photo itself


class Passes(TypedDict):
    """Repeated passes of the shipped int8 network. Pictures: passes/<passes>.jpg"""

    example: str
    figures: list[PassFigures]


class Cycle(TypedDict):
    """Pictures: cycle/<photo|painting|restored>.jpg"""

    example: str
    difference: float  # mean absolute difference of photo and restored photo, whose values are in [-1, 1]


class Scored(TypedDict):
    """Mean scores by the discriminator of paintings: about 1 for what looks painted by Monet, about 0 for the rest."""

    test_photos: int
    test_paintings: int
    photos: float
    painted: float  # the paintings of the photos
    monets: float


class Losses(TypedDict):
    """Pictures: losses/<variant>-<example>.jpg, losses/photo-<example>.jpg and losses/back-<variant>-<example>.jpg"""

    steps: int  # by which the training of each variant went on
    examples: list[str]
    variants: dict[str, Figures]  # by the missing loss; nothing is missing in "all"
    # For some variants: how far photos restored from paintings are from the test photos; a mean in [0, 2].
    back: dict[str, float]


class Moments(TypedDict):
    """Moments over all positions of one map."""

    mean: float
    deviation: float


class Norm(TypedDict):
    """One map of the first convolution, for a photo as it is ("plain") and made dim and flat ("dim").

    Pictures: norm/photo-<plain|dim>.jpg, norm/<before|after>-<plain|dim>.jpg
    """

    example: str
    channel: int  # counted from 0
    before: dict[str, Moments]
    after: dict[str, Moments]


class FloatHistogram(TypedDict):
    centres: list[float]  # in steps of the channel's scale, half a step apart
    counts: list[int]  # number of weights within a quarter of a step of each centre


class IntegerHistogram(TypedDict):
    integers: list[int]
    counts: list[int]  # number of weights


class Histograms(TypedDict):
    """All weights of a layer before and after rounding, each in steps of its channel's scale."""

    float: FloatHistogram
    int8: IntegerHistogram


class Rounding(Histograms):
    layer: int  # counted from 1, as on the page
    weights: int  # their number
    scale_smallest: float  # smallest scale of a channel: the step in weight from one integer to the next
    scale_largest: float
    zero_point: int  # of the weights
    output_scale: float  # of the layer's int8 output, after norm and ReLU
    output_zero_point: int
    channel: int  # counted from 0; the same as in Norm
    channel_scale: float


class Speed(TypedDict):
    way: str  # "first way": the float32 network first deployed on such a page; all others run the shipped weights
    milliseconds: float  # median for one 512×512 photo on all cores
    processor: str
    cores: int


class Story(TypedDict):
    weights: str  # SHA-256 of the float weights that were measured
    # By the names that Trainer.step returns, and "step". Each value is a mean over some hundred steps, or None if it
    # was not measured.
    curves: dict[str, list[float | None]]
    evaluations: list[Evaluation]
    learning: Learning
    passes: Passes
    cycle: Cycle
    scored: Scored
    losses: Losses
    norm: Norm
    rounding: Rounding
    speed: list[Speed]


def load_story() -> Story:
    return cast(Story, json.loads(STORY.read_text()))
