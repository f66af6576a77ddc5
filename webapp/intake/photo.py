"""From the bytes of an upload to an upright RGB picture, or to a clear error."""

import struct
import warnings
from typing import IO, Final

from PIL import Image, UnidentifiedImageError

from cyclegan.pictures import FORMATS, upright_rgb
from webapp.intake.heif import check_boxes
from webapp.intake.limits import PartsError, PartsFile, check_marks, check_scans, check_tiles
from webapp.intake.sandbox import READERS, decode_apart
from webapp.observe.metrics import Reason
from webapp.texts import FIRST, LANGUAGES
from webapp.texts.schema import Texts

# Shrinking in steps looks like shrinking at once as long as the first step leaves this many times what is wanted.
REDUCING_GAP = 3

# That Pillow lets pass: not only those of a photo, but those of each picture that the server handles.
PIXELS: Final = 2**24
SIDE: Final = 2**16  # pixels: JPEG has no longer one, and a row of pixels has to fit into what a reader sets aside

# What Pillow's readers raise for damaged data.
DAMAGED = (
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    struct.error,
)
# What they raise for more than MAX_IMAGE_PIXELS, for some set memory aside as soon as they open a file. Up to twice
# as many are a warning, which is an error in the tests.
TOO_MANY_PIXELS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# What is odd in a file but no error would fill the log: a line for each of its tags.
warnings.filterwarnings("ignore", module=r"PIL\.")


class IntakeError(Exception):
    """An upload that can't be painted: its HTTP status, and one plain sentence that says what to do.

    `name` is the sentence's in Sentences, `values` what is filled in.
    """

    def __init__(self, status: int, name: Reason, **values: str) -> None:
        self.status, self.name, self.values = status, name, values
        super().__init__(self.sentence(LANGUAGES[FIRST]))

    def sentence(self, texts: Texts) -> str:
        sentence: str = getattr(texts.sentences, self.name)
        return sentence.format(**self.values)


def read_photo(file: IO[bytes], max_pixels: int, longer_side: int | None) -> Image.Image:
    """The first picture in a file, which is closed: RGB, upright, in sRGB, transparency over white.

    It may be decoded smaller than it is, as far as that loses nothing at `longer_side` pixels; not without one.
    Raises IntakeError: 400 empty or damaged, 413 more than `max_pixels` or too much else, 415 not a picture.
    """
    with file:  # in memory; once it is decoded, the picture alone is large enough
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
    except UnidentifiedImageError as error:
        if _begins_like_a_picture(data[:16]):
            raise IntakeError(400, "damaged") from error
        raise IntakeError(415, "not_a_picture") from error
    except DAMAGED as error:
        raise IntakeError(400, "damaged") from error


def _decode(data: bytes, max_pixels: int, longer_side: int | None) -> Image.Image:
    check_marks(data)
    check_boxes(data)
    picture = Image.open(PartsFile(data), formats=list(FORMATS))
    if picture.width * picture.height > max_pixels:
        raise Image.DecompressionBombError
    if max(picture.size) > SIDE:
        raise IntakeError(413, "too_wide", pixels=str(SIDE))
    if picture.format in ("JPEG", "MPO"):
        check_scans(data)
    check_tiles(picture, max_pixels)
    if longer_side is not None:
        picture.draft(None, (REDUCING_GAP * longer_side, REDUCING_GAP * longer_side))
    return upright_rgb(decode_apart(picture, data) if picture.format in READERS else picture)


def _begins_like_a_picture(head: bytes) -> bool:
    accepts = (Image.OPEN[name][1] for name in FORMATS)
    return any(accept(head) is True for accept in accepts if accept)
