"""What the architecture page shows of measured runs. docs/make_story.py writes it, and the pictures in assets/story."""

import json
from pathlib import Path
from typing import Final, NotRequired, TypedDict, cast

STORY: Final = Path(__file__).parent / "story.json"


class Figures(TypedDict):
    """See evaluation.Judgement."""

    kid: float  # × 1000
    content: float  # at most 1, the photos' own


class Evaluation(Figures):
    step: int


class LearningStep(TypedDict):
    step: int  # 0 is the photo itself
    kid: NotRequired[float]  # × 1000; where the run itself was judged at this step


class Learning(TypedDict):
    """Pictures: learning/<example>-<step>.jpg"""

    examples: list[str]
    steps: list[LearningStep]


class PassFigures(Figures):
    passes: int  # 0 is the photo itself


class Passes(TypedDict):
    """The shipped int8 network, on its own painting again and again. Pictures: passes/<passes>.jpg"""

    example: str
    figures: list[PassFigures]


class Cycle(TypedDict):
    """Pictures: cycle/<photo|painting|restored>.jpg"""

    example: str
    difference: float  # mean, of photo and restored photo in [-1, 1]


class Scored(TypedDict):
    """Mean scores by the discriminator of paintings: about 1 where it sees a Monet's hand, about 0 where not."""

    test_photos: int
    test_paintings: int
    photos: float
    painted: float  # the paintings of the photos
    monets: float


class Losses(TypedDict):
    """Pictures: losses/<variant>-<example>.jpg, losses/photo-<example>.jpg and losses/back-<variant>-<example>.jpg"""

    steps: int  # that each variant was trained on for
    examples: list[str]
    variants: dict[str, Figures]  # by what is missing; "all" is without nothing missing
    # Of some variants: how far the test photos are from what they were, painted and turned back; a mean in [0, 2].
    back: dict[str, float]


class Moments(TypedDict):
    """Over all places of one map."""

    mean: float
    deviation: float


class Norm(TypedDict):
    """One map of the first convolution, of a photo as it is ("plain") and made dim and flat ("dim").

    Pictures: norm/photo-<plain|dim>.jpg, norm/<before|after>-<plain|dim>.jpg
    """

    example: str
    channel: int  # from 0
    before: dict[str, Moments]
    after: dict[str, Moments]


class FloatHistogram(TypedDict):
    centres: list[float]  # in steps of the channel's scale, each half a step from the next
    counts: list[int]  # weights within a quarter of a step of each


class IntegerHistogram(TypedDict):
    integers: list[int]
    counts: list[int]  # weights


class Histograms(TypedDict):
    """Of all weights of a layer, before and after rounding, each in steps of its channel's scale."""

    float: FloatHistogram
    int8: IntegerHistogram


class Rounding(Histograms):
    layer: int  # from 1, as the page counts them
    weights: int
    scale_smallest: float  # of the channels': what a weight is more for the next integer
    scale_largest: float
    zero_point: int  # of the weights
    output_scale: float  # of the layer's bytes, after norm and ReLU
    output_zero_point: int
    channel: int  # from 0; that of Norm
    channel_scale: float


class Speed(TypedDict):
    way: str  # "first way": the network that this field first deployed; all others run the shipped weights
    milliseconds: float  # the median of one 512×512 photo on all cores
    processor: str
    cores: int


class Story(TypedDict):
    weights: str  # the sha256 of the float weights that it tells of
    # By the names of Trainer.step, and "step". Each is a mean over some hundred steps, None where it was not measured.
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
