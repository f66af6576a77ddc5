"""The texts that each language must provide. The type checker reports a language that lacks one of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageTexts:
    """The texts on the pages themselves. A field's comment lists the {names} that are filled in."""

    description: str
    needs_javascript: str
    skip: str
    paint_link: str
    architecture_link: str
    theme: str  # read aloud before the name of the theme
    offline: str
    paint_title: str
    paint_lead: str
    choose: str
    choose_hint: str
    camera: str
    limits: str  # {megabytes}
    examples: str
    example_names: dict[str, str]  # file name in assets/examples → what the photo shows
    example_sources: str
    history: str
    history_where: str
    forget_all: str
    privacy_title: str
    privacy: str
    api_link: str
    photo: str
    painting: str
    stage: str
    compare: str
    hold: str
    zoom: str
    film: str
    photo_frame: str
    numbered_frame: str  # {number}
    paint: str
    cancel: str
    retry: str
    another: str
    dismiss: str
    new: str
    crop: str
    crop_title: str
    crop_hint: str
    straighten: str
    turn_left: str
    turn_right: str
    crop_shape: str
    crop_free: str
    crop_original: str
    crop_square: str
    crop_use: str
    size: str
    sizes: dict[str, str]
    brush: str
    brushes: dict[str, str]
    compare_brushes: str
    strength: str
    detail: str
    file_format: str
    download: str
    beside: str
    series_hint: str
    paint_all: str
    zip: str
    copy: str
    share: str
    progress: str


@dataclass(frozen=True)
class ScriptTexts:
    """The texts that the pages' scripts show. The scripts fill in the {names}."""

    paint: str
    paint_again: str
    opening: str
    ready: str
    uploading: str
    busy: str  # {seconds}
    too_often: str  # {seconds}
    waiting_next: str
    waiting: str  # {position}
    painting: str  # {number}, {passes}
    painting_long: str  # {number}, {passes}, {seconds}
    receiving: str
    painted: str  # {number}, {passes}, {width}, {height}
    photo_shown: str  # {width}, {height}
    cancelled: str
    copied: str
    not_copied: str
    not_shared: str
    crop_frame: str  # read aloud
    crop_size: str  # {width}, {height}
    crop_degrees: str  # {degrees}
    series: str  # {number}, {painted}
    series_waiting: str
    series_working: str
    series_painted: str
    forget: str  # {name}; read aloud
    gone: str
    history_full: str
    lost: str
    example_lost: str
    too_large: str  # {megabytes}
    compared: str  # {percent}; read aloud
    inside_idle: str
    inside_working: str
    inside_done: str
    inside_maps: str  # {maps}, {width}, {height}
    inside_change: str
    inside_score: str  # {mean}
    theme_system: str
    theme_light: str
    theme_dark: str


@dataclass(frozen=True)
class Sentences:
    """The sentences with which the server refuses a request, each of which says what to do, and those about a photo."""

    empty: str
    damaged: str
    not_a_picture: str
    raw: str  # {format}
    unopened: str  # {format}
    too_many_pixels: str  # {megapixels}
    too_wide: str  # {pixels}
    too_many_parts: str
    too_many_fields: str
    too_much_memory: str
    not_multipart: str
    no_photo: str
    many_photos: str
    too_large: str
    busy: str  # {seconds}
    too_often: str  # {seconds}
    too_slow: str
    too_long: str
    other_site: str
    bad_request: str
    request_too_large: str
    request_too_slow: str
    requests_too_often: str  # {seconds}
    not_allowed: str
    only_here: str
    not_found: str
    wrong_method: str
    failed: str
    painting_failed: str
    way_home: str
    cut_short: str
    first_of_several: str


@dataclass(frozen=True)
class Section:
    heading: str
    short: str  # the heading, shortened for the list of contents
    text: str  # paragraphs, separated by blank lines


@dataclass(frozen=True)
class UnpairedTexts(Section):
    pairs: str
    piles: str
    photos: str
    paintings: str
    titles: dict[str, str]  # title of a painting → its year


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
    without: str  # what the pictures show after training without this loss
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
    numbers: tuple[str, ...]  # from no pass (the photo itself) to five
    caption: str  # {kid}, {content}


@dataclass(frozen=True)
class LayerText:
    name: str
    what: str
    why: str


@dataclass(frozen=True)
class GeneratorTexts(Section):
    adds: str
    adds_to_means: str  # {side}: pixels
    replaces: str
    control: str
    sides: str
    columns: tuple[str, str, str, str, str, str]
    names: dict[str, str]  # operation in the model card → its name
    roles: dict[str, LayerText]  # role of a layer (see role() in generator.py) → its description
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
    curves: dict[str, str]  # name of a loss → its caption
    groups: dict[str, str]  # group of curves → its caption
    judgements: str
    kid: str
    content: str
    step: str
    control: str
    untouched: str
    caption: str  # {step}
    judged: str  # {step}, {kid}


@dataclass(frozen=True)
class YourselfTexts(Section):
    commands: dict[str, str]  # command in yourself.py → what it does
    excerpts: dict[str, str]  # excerpt in excerpts.py → what it shows
    code: str


@dataclass(frozen=True)
class ReferencesTexts(Section):
    gives: dict[str, str]  # paper in references.py → what this project takes from it


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


@dataclass(frozen=True)
class OperationText:
    summary: str
    text: str


@dataclass(frozen=True)
class ApiTexts:
    """The description of the HTTP API. Dictionary keys are the API's own names."""

    title: str
    heading: str
    lead: str
    paint: OperationText
    inside: OperationText  # {side}, {least}
    health: OperationText
    document: OperationText
    metrics: OperationText
    form: dict[str, str]  # field of /api/paint → its description; {megabytes}, {megapixels}
    inside_photo: str  # the field photo of /api/inside
    accept_language: str
    paint_response: str
    inside_response: str
    health_response: str
    metrics_response: str
    bearer: str
    elsewhere: str
    document_response: str
    unchanged: str
    stream: str
    events: dict[str, str]
    event_data: dict[str, str]  # property of an event's data → its description
    layers: dict[str, str]  # property of /api/inside's response, nested ones with a dot → its description
    refusals: dict[str, str]  # status code → when it is sent; {megabytes}, {megapixels}
    error: str
    headers: dict[str, str]
    # Only on the page, not in openapi.json:
    field: str
    values: str
    default: str  # {value}
    meaning: str
    required: str
    file: str
    event: str
    status: str
    when: str
    response: str
    response_types: str  # {types}
    progress_heading: str
    refusal_heading: str
    refusal_text: str
    machines: str
    terms: str  # {megabytes}, {megapixels}, {paintings}, {seconds}


@dataclass(frozen=True)
class Texts:
    """One language: its BCP 47 tag, its name in the language itself, and all its texts."""

    tag: str
    name: str
    page: PageTexts
    script: ScriptTexts
    sentences: Sentences
    architecture: ArchitectureTexts
    api: ApiTexts
