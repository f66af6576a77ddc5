"""From the bytes of an upload to an upright RGB picture, or to a clear error."""

import struct
from typing import IO

from PIL import Image, UnidentifiedImageError

from cyclegan.pictures import upright_rgb
from webapp.metrics import Reason
from webapp.texts import FIRST, LANGUAGES
from webapp.texts.texts import Texts

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
# Shrinking in steps looks like shrinking at once as long as the first step leaves this many times what is wanted.
REDUCING_GAP = 3

# What Pillow's readers raise for damaged data.
DAMAGED = (
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    EOFError,
    struct.error,
)

# Pillow would warn at its own limit and raise at twice that; read_photo() checks every picture against its caller's.
Image.MAX_IMAGE_PIXELS = None


class IntakeError(ValueError):
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
    Raises IntakeError: 400 empty or damaged, 413 more than `max_pixels`, 415 not a picture.
    """
    with file:  # in memory; once it is decoded, the picture alone is large enough
        picture = _open(file)
        if picture.width * picture.height > max_pixels:
            raise IntakeError(413, "too_many_pixels", megapixels=f"{max_pixels / 1e6:g}")
        try:
            if longer_side is not None:
                picture.draft(None, (REDUCING_GAP * longer_side, REDUCING_GAP * longer_side))
            return upright_rgb(picture)
        except DAMAGED as error:
            raise IntakeError(400, "damaged") from error


def _open(file: IO[bytes]) -> Image.Image:
    head = file.read(16)
    if not head:
        raise IntakeError(400, "empty")
    try:
        return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        if _begins_like_a_picture(head):
            raise IntakeError(400, "damaged") from error
        raise IntakeError(415, "not_a_picture") from error
    except DAMAGED as error:
        raise IntakeError(400, "damaged") from error


def _begins_like_a_picture(head: bytes) -> bool:
    accepts = (Image.OPEN[name][1] for name in FORMATS)
    return any(accept(head) is True for accept in accepts if accept)
