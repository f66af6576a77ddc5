"""The running server keeps to its own description, whatever it is sent: schemathesis draws the requests."""

from typing import Any, Final

import schemathesis
from hypothesis import strategies
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig

from cyclegan.reading.formats import FORMATS
from pictures import landscape
from uploads import file_of
from webapp.api.openapi import describe
from webapp.settings import Settings

EXAMPLES: Final = 100  # requests that are drawn for each address, besides those that test each bound
SLOW_EXAMPLES: Final = 20  # for an address that takes a tenth of a second
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 0,
        # The examples are the defaults, and the photo that is drawn with them is not a photo.
        "phases": {"examples": {"enabled": False}},
        "generation": {"deterministic": True, "database": "none", "max-examples": EXAMPLES},
        "operations": [{"include-path": "/api/inside", "generation": {"max-examples": SLOW_EXAMPLES}}],
    }
)
DESCRIPTION: dict[str, Any] = describe(Settings(), "en")
PAINT = DESCRIPTION["paths"]["/api/paint"]
PHOTO = PAINT["post"]["requestBody"]["content"]["multipart/form-data"]["encoding"]["photo"]

# Small photos: the tests are about what is sent with them.
for media_type, pillow_format in zip(PHOTO["contentType"].split(", "), FORMATS, strict=True):
    photos = [file_of(landscape(side, side), pillow_format) for side in (24, 64)]
    schemathesis.openapi.media_type(media_type, strategies.sampled_from(photos))

api = schemathesis.openapi.from_dict(DESCRIPTION, config=CONFIG)
painting = schemathesis.openapi.from_dict({**DESCRIPTION, "paths": {"/api/paint": PAINT}}, config=CONFIG)


@schemathesis.hook
def filter_case(_: HookContext, case: Case) -> bool:
    """Leaves out empty lists: they are meant to be wrong, but in a form they send nothing at all."""
    return not (isinstance(case.body, dict) and [] in case.body.values())


@api.parametrize()
def test_every_answer_is_as_it_is_described(case: Case, server: str) -> None:
    case.call_and_validate(server)


@painting.parametrize()
def test_every_event_is_as_it_is_described(case: Case, server: str) -> None:
    case.call_and_validate(server, headers={"Accept": "text/event-stream"})
