"""What the architecture page says, section by section. In all of it *x* is a variable, [text](address) a link."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    heading: str
    short: str  # of the heading, for the list of contents
    text: str  # paragraphs, a blank line between them


@dataclass(frozen=True)
class UnpairedTexts(Section):
    pairs: str
    piles: str
    photos: str
    paintings: str
    titles: dict[str, str]  # of paintings → their years


@dataclass(frozen=True)
class CyclesTexts(Section):
    photo: str
    monet: str
    painting: str
    restored: str
    photographed: str
    repainted: str
    judged: str
    same: str
    photo_cycle: str
    painting_cycle: str


@dataclass(frozen=True)
class LossText:
    name: str
    text: str
    without: str  # what one sees where the training went on without it
    without_name: str


@dataclass(frozen=True)
class LossesTexts(Section):
    adversarial: LossText
    cycle: LossText
    identity: LossText
    experiment: str  # {steps}
    photo: str
    everything: str
    caption: str  # {kid}, {content}
    back: str  # {difference}
    weights: str  # {cycle}, {identity}


@dataclass(frozen=True)
class NormTexts(Section):
    plain: str
    dim: str
    photo: str
    before: str
    after: str
    formula: str
    measured: str  # {stage}, {mean}, {deviation}
    caption: str  # {channel}


@dataclass(frozen=True)
class RoundingTexts(Section):
    floats: str
    integers: str
    axis: str
    caption: str  # {weights}, {smallest}, {largest}, {output_scale}, {output_zero_point}
    table: str  # {processor}, {cores}
    columns: tuple[str, str, str, str, str]
    ways: dict[str, str]


@dataclass(frozen=True)
class PassesTexts(Section):
    control: str
    numbers: tuple[str, ...]  # from the photo itself to five passes
    caption: str  # {kid}, {content}


@dataclass(frozen=True)
class LayerText:
    name: str
    what: str
    why: str


@dataclass(frozen=True)
class GeneratorTexts(Section):
    adds: str
    replaces: str
    control: str
    sides: str
    columns: tuple[str, str, str, str, str, str]
    names: dict[str, str]  # of what a layer is made of, as the card has them
    roles: dict[str, LayerText]  # by what a layer is there for
    total: str
    number: str  # {number}, {name}
    numbers: str


@dataclass(frozen=True)
class InsideTexts(Section):
    own: str
    control: str
    sheet: str  # {number}, {name}; read aloud
    judge: str
    judged: str  # {test_photos}, {test_paintings}, {photos}, {painted}, {monets}
    photo: str
    painting: str
    photo_scores: str  # read aloud
    painting_scores: str  # read aloud
    scale: tuple[str, str]


@dataclass(frozen=True)
class RunTexts(Section):
    curves: dict[str, str]  # of the losses → what they are
    groups: dict[str, str]  # of curves
    judgements: str
    kid: str
    content: str
    step: str
    control: str
    untouched: str
    caption: str  # {step}
    judged: str  # {step}, {kid}
    padding: str


@dataclass(frozen=True)
class YourselfTexts(Section):
    commands: dict[str, str]  # of yourself.py → what they do
    excerpts: dict[str, str]  # of excerpts.py → what they are
    code: str


@dataclass(frozen=True)
class ReferencesTexts(Section):
    gives: dict[str, str]  # of references.py → what the paper gives here


@dataclass(frozen=True)
class ArchitectureTexts:
    title: str
    heading: str
    lead: str
    contents: str
    unpaired: UnpairedTexts  # {paintings}, {photos}
    cycles: CyclesTexts
    losses: LossesTexts
    norm: NormTexts
    rounding: RoundingTexts  # {photos}
    passes: PassesTexts
    generator: GeneratorTexts  # {blocks}
    inside: InsideTexts
    run: RunTexts  # {steps}, {hours}
    yourself: YourselfTexts
    references: ReferencesTexts
