"""Reads files as upright pictures in sRGB."""

from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from cyclegan.reading.described import decode
from cyclegan.reading.formats import openable, raw_format, raw_tiff_format, unopened_format
from cyclegan.reading.jpeg import END, is_cut_short
from cyclegan.reading.upright import DAMAGED, upright_rgb

register_heif_opener(thumbnails=False)  # iPhones take HEIC photos

SEVERAL: Final = {"GIF", "WEBP", "PNG", "AVIF", "TIFF"}  # formats whose files may hold several pictures of one rank

NOTICED: Final = "notices"  # a key of a picture's info
Notice = Literal["cut_short", "first_of_several"]
NOTICES: Final[dict[Notice, str]] = {
    "cut_short": "The photo is incomplete: what is missing stays grey.",
    "first_of_several": "The file holds several pictures: the first one is painted.",
}


class PictureError(ValueError):
    """A file can't be read as a picture; the message says which file and why."""


class FormatError(Exception):
    """A file is in a known format that isn't opened here. `raw` says whether it is a camera's raw format."""

    def __init__(self, name: str, raw: bool) -> None:
        self.name, self.raw = name, raw
        advice = "export it as JPEG first" if raw else "save it as JPEG or PNG first"
        kind = f"a camera raw file ({name})" if raw else f"in the format {name}"
        super().__init__(f"it is {kind}: {advice}")


UNREADABLE: Final = (*DAMAGED, Image.DecompressionBombError, FormatError)


def load_picture(path: Path) -> Image.Image:
    """Returns the first picture in a file: see read_picture(). Raises PictureError when it can't be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"The picture {path} can't be read ({_reason(error)}).") from error
    return read_picture(data, str(path))


def read_picture(data: bytes, name: str) -> Image.Image:
    """Returns the first picture in a file's bytes as upright RGB in sRGB, with its notices in its `info`.

    Raises PictureError, which calls the file by its `name`, when it can't be read.
    """
    try:
        data, noticed = mend(data)
        with open_picture(BytesIO(data)) as picture:
            noticed += notices(picture)
            return noted(upright_rgb(decode(picture, data)), noticed)
    except UNREADABLE as error:
        raise PictureError(f"The picture {name} can't be read ({_reason(error)}).") from error


def check_picture(path: Path) -> str | None:
    """Returns why a file is not fit for training, or None if it is. Five times as fast as reading it, for JPEG."""
    try:
        data = path.read_bytes()
        if is_cut_short(data):
            return "it is incomplete"
        with open_picture(BytesIO(data)) as picture:
            picture.draft(None, (1, 1))  # decodes at an eighth of the size, but still reads every byte
            upright_rgb(decode(picture, data))
    except UNREADABLE as error:
        return _reason(error)
    return None


def mend(data: bytes) -> tuple[bytes, tuple[Notice, ...]]:
    """Ends a JPEG that was cut short, so that decoders leave grey what is missing. Returns all other files as they are.

    The second result says whether there was anything to mend.
    """
    return (data + END, ("cut_short",)) if is_cut_short(data) else (data, ())


def open_picture(file: BytesIO) -> Image.Image:
    """Opens the picture in a file, but does not decode it.

    Raises FormatError for a known format that isn't opened, and what Pillow raises for other files.
    """
    data = file.getvalue()
    if name := raw_format(data):
        raise FormatError(name, raw=True)
    try:
        picture = Image.open(file, formats=openable(data))
    except UnidentifiedImageError as error:
        if name := unopened_format(data):
            raise FormatError(name, raw=False) from error
        raise
    if name := raw_tiff_format(picture):
        raise FormatError(name, raw=True)
    return picture


def notices(picture: Image.Image) -> tuple[Notice, ...]:
    """Returns what the owner of an opened picture should know of its file."""
    several = picture.format in SEVERAL and getattr(picture, "is_animated", False)
    return ("first_of_several",) if several else ()


def noted(picture: Image.Image, noticed: tuple[Notice, ...]) -> Image.Image:
    """Returns the picture with its notices, which noticed_of() finds again."""
    picture.info[NOTICED] = noticed
    return picture


def noticed_of(picture: Image.Image) -> tuple[Notice, ...]:
    """Returns what the owner of a picture should know of how its file was read."""
    noticed: tuple[Notice, ...] = picture.info.get(NOTICED, ())
    return noticed


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
