"""Turns the bytes of an upload into an upright RGB picture or raises a clear error."""

import warnings
from typing import IO, Final

from PIL import Image, UnidentifiedImageError

from cyclegan.reading.described import decode
from cyclegan.reading.formats import FORMATS
from cyclegan.reading.read import FormatError, mend, noted, notices, open_picture
from cyclegan.reading.upright import DAMAGED, upright_rgb
from webapp.intake.heif import check_boxes
from webapp.intake.limits import PartsError, PartsFile, check_marks, check_scans, check_tiles
from webapp.intake.sandbox import READERS, decode_apart
from webapp.observe.metrics import Reason
from webapp.texts import FIRST, LANGUAGES
from webapp.texts.schema import Texts

# Shrinking in two steps looks like shrinking in one if the first step leaves at least this many times the wanted size.
REDUCING_GAP = 3

# The limit set for Pillow, which applies not only to photos but to every picture that the server handles.
PIXELS: Final = 2**24
SIDE: Final = 2**16  # pixels; a JPEG can't be longer, and a reader's buffer has to hold a row of pixels

# What Pillow's readers raise for more than MAX_IMAGE_PIXELS, since some allocate memory as soon as they open a file.
# For up to twice as many it is a warning, which pytest turns into an error.
TOO_MANY_PIXELS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# Pillow's warnings about oddities in a file would fill the log, with a line for each of its tags.
warnings.filterwarnings("ignore", module=r"PIL\.")


class IntakeError(Exception):
    """The upload can't be painted. Carries an HTTP status and one plain sentence that says what to do.

    `name` is the field of Sentences that holds the sentence, and `values` are filled into it.
    """

    def __init__(self, status: int, name: Reason, **values: str) -> None:
        self.status, self.name, self.values = status, name, values
        super().__init__(self.sentence(LANGUAGES[FIRST]))

    def sentence(self, texts: Texts) -> str:
        sentence: str = getattr(texts.sentences, self.name)
        return sentence.format(**self.values)


def read_photo(file: IO[bytes], max_pixels: int, longer_side: int | None) -> Image.Image:
    """Returns the first picture in a file: RGB, upright, in sRGB, with transparency over white, and with notices.

    Closes the file.
    With a `longer_side` in pixels, the picture may be decoded smaller, as far as that loses nothing at this size.
    Raises IntakeError with 400 for an empty or damaged file, with 413 for more than `max_pixels` or if anything else in
    the file exceeds a limit, and with 415 if it is not a picture.
    """
    with file:  # it is in memory, and should not stay there beside the decoded picture
        data = file.read()
    if not data:
        raise IntakeError(400, "empty")
    Image.MAX_IMAGE_PIXELS = max(max_pixels, PIXELS)
    try:
        return _decode(data, max_pixels, longer_side)
    except TOO_MANY_PIXELS as error:
        raise IntakeError(413, "too_many_pixels", megapixels=f"{max_pixels / 1e6:g}") from error
    except PartsError as error:
        raise IntakeError(413, "too_many_parts") from error
    except MemoryError as error:
        raise IntakeError(413, "too_much_memory") from error
    except FormatError as error:
        raise IntakeError(415, "raw" if error.raw else "unopened", format=error.name) from error
    except UnidentifiedImageError as error:
        if _begins_like_a_picture(data[:16]):
            raise IntakeError(400, "damaged") from error
        raise IntakeError(415, "not_a_picture") from error
    except DAMAGED as error:
        raise IntakeError(400, "damaged") from error


def _decode(data: bytes, max_pixels: int, longer_side: int | None) -> Image.Image:
    check_marks(data)
    check_boxes(data)
    data, noticed = mend(data)
    picture = open_picture(PartsFile(data))
    if picture.width * picture.height > max_pixels:
        raise Image.DecompressionBombError
    if max(picture.size) > SIDE:
        raise IntakeError(413, "too_wide", pixels=str(SIDE))
    if picture.format in ("JPEG", "MPO"):
        check_scans(data)
    check_tiles(picture, max_pixels)
    noticed += notices(picture)
    if longer_side is not None:
        picture.draft(None, (REDUCING_GAP * longer_side, REDUCING_GAP * longer_side))
    decoded = decode_apart(picture, data) if picture.format in READERS else decode(picture, data)
    return noted(upright_rgb(decoded), noticed)


def _begins_like_a_picture(head: bytes) -> bool:
    accepts = (Image.OPEN[name][1] for name in FORMATS)
    return any(accept(head) is True for accept in accepts if accept)
