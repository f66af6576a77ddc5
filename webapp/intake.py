"""From the bytes of an upload to an upright RGB picture, or to a clear error."""

import struct
from typing import IO

from PIL import Image, UnidentifiedImageError

from cyclegan.pictures import upright_rgb

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
# Shrinking in steps looks like shrinking at once as long as the first step leaves this many times what is wanted.
REDUCING_GAP = 3

CUT_SHORT = "The photo is damaged or cut short. Save or send it again."

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
    """An upload that can't be painted: its HTTP status, and as the message one plain sentence that says what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def read_photo(file: IO[bytes], max_pixels: int, longer_side: int | None) -> Image.Image:
    """The first picture in a file, which is closed: RGB, upright, in sRGB, transparency over white.

    It may be decoded smaller than it is, as far as that loses nothing at `longer_side` pixels; not without one.
    Raises IntakeError: 400 empty or damaged, 413 more than `max_pixels`, 415 not a picture.
    """
    with file:  # in memory; once it is decoded, the picture alone is large enough
        picture = _open(file)
        if picture.width * picture.height > max_pixels:
            raise IntakeError(413, f"The photo has more than {max_pixels / 1e6:g} megapixels. Send a smaller one.")
        try:
            if longer_side is not None:
                picture.draft(None, (REDUCING_GAP * longer_side, REDUCING_GAP * longer_side))
            return upright_rgb(picture)
        except DAMAGED as error:
            raise IntakeError(400, CUT_SHORT) from error


def _open(file: IO[bytes]) -> Image.Image:
    head = file.read(16)
    if not head:
        raise IntakeError(400, "The file is empty. Choose another photo.")
    try:
        return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        if _begins_like_a_picture(head):
            raise IntakeError(400, CUT_SHORT) from error
        raise IntakeError(415, "This is no picture that can be read. Send a JPEG, PNG, WebP, GIF or TIFF.") from error
    except DAMAGED as error:
        raise IntakeError(400, CUT_SHORT) from error


def _begins_like_a_picture(head: bytes) -> bool:
    accepts = (Image.OPEN[name][1] for name in FORMATS)
    return any(accept(head) is True for accept in accepts if accept)
