"""The running server does what its own description says, whatever it is sent: schemathesis draws the requests."""

from typing import Any, Final

import schemathesis
from hypothesis import strategies
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig

from pictures import landscape
from uploads import file_of
from webapp.api.openapi import describe
from webapp.settings import Settings

EXAMPLES: Final = 100  # requests that are drawn for each address, beside those that every bound asks for
SLOW_EXAMPLES: Final = 20  # where each takes a tenth of a second
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 0,
        # They are the defaults, and a photo that is drawn beside them is none.
        "phases": {"examples": {"enabled": False}},
        "generation": {"deterministic": True, "database": "none", "max-examples": EXAMPLES},
        "operations": [{"include-path": "/api/inside", "generation": {"max-examples": SLOW_EXAMPLES}}],
    }
)
DESCRIPTION: dict[str, Any] = describe(Settings(), "en")
PAINT = DESCRIPTION["paths"]["/api/paint"]
PHOTO = PAINT["post"]["requestBody"]["content"]["multipart/form-data"]["encoding"]["photo"]

# Small ones: what is tried is what is said about them.
for media_type in PHOTO["contentType"].split(", "):
    pillow_format = media_type.removeprefix("image/").upper()
    photos = [file_of(landscape(width, 40), pillow_format) for width in (24, 64)]
    schemathesis.openapi.media_type(media_type, strategies.sampled_from(photos))

api = schemathesis.openapi.from_dict(DESCRIPTION, config=CONFIG)
painting = schemathesis.openapi.from_dict({**DESCRIPTION, "paths": {"/api/paint": PAINT}}, config=CONFIG)


@schemathesis.hook
def filter_case(_: HookContext, case: Case) -> bool:
    """An empty list is meant to be wrong, but of a form's field nothing is sent of it."""
    return not (isinstance(case.body, dict) and [] in case.body.values())


@api.parametrize()
def test_every_answer_is_as_it_is_described(case: Case, server: str) -> None:
    case.call_and_validate(server)


@painting.parametrize()
def test_every_event_is_as_it_is_described(case: Case, server: str) -> None:
    case.call_and_validate(server, headers={"Accept": "text/event-stream"})
