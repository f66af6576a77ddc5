"""What the description of the HTTP API says, and the page that shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OperationText:
    summary: str
    text: str


@dataclass(frozen=True)
class ApiTexts:
    """Keys of dictionaries are names of the API itself."""

    title: str
    heading: str
    lead: str
    paint: OperationText
    inside: OperationText  # {side}, {least}
    health: OperationText
    document: OperationText
    metrics: OperationText
    form: dict[str, str]  # field of /api/paint → what it is; {megabytes}, {megapixels}
    looked_into: str  # the photo of /api/inside; {megabytes}, {megapixels}
    accept_language: str
    painted: str  # the answer of /api/paint
    looked: str  # the answer of /api/inside
    healthy: str
    metered: str
    bearer: str
    elsewhere: str
    described: str
    unchanged: str
    stream: str
    events: dict[str, str]
    event_data: dict[str, str]  # what events carry
    layers: dict[str, str]  # field of /api/inside's answer → what it is; a dot leads inside
    refusals: dict[str, str]  # status → when; {megabytes}, {megapixels}
    error: str
    headers: dict[str, str]
    # What only the page says:
    field: str
    values: str
    default: str  # {value}
    meaning: str
    required: str
    file: str
    event: str
    status: str
    when: str
    answer: str
    answers: str  # {types}
    progress_heading: str
    refusal_heading: str
    refusal_text: str
    machines: str
    terms: str  # {megabytes}, {megapixels}, {paintings}, {seconds}
