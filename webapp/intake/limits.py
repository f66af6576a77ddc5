"""Limits what a file holds besides its pixels, since Pillow's readers have few limits of their own.

A file of 25 MB can consist of millions of parts, refer to the same bytes again and again, or pack gigabytes of zeros.
"""

from io import BytesIO
from typing import IO, Final

from PIL import Image, PngImagePlugin, TiffImagePlugin, TiffTags

from cyclegan.reading.jpeg import SCAN, markers

READS: Final = 2**19  # of a file; Pillow reads its parts one by one, in Python
NUMBERS: Final = 2**19  # bytes in a directory of tags; as Python objects they take forty times as many
TEXT: Final = 2**24  # characters of text in a PNG, up to four bytes each
SCANS: Final = 50  # of a JPEG; each visits all of its pixels, and encoders write about ten

# How often a file may contain each part that Pillow unpacks or joins every time. Encoders write one or two.
MARKS: Final[dict[bytes, int]] = {b"Exif\0\0": 16, b"iCCP": 16, b"iTXt": 64, b"zTXt": 64}

PngImagePlugin.MAX_TEXT_MEMORY = TEXT


class PartsError(Exception):
    """The file holds too much besides its pixels. Derives from no error that Pillow's readers would catch."""


class PartsFile(BytesIO):
    """A file in memory that raises PartsError after READS reads."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads > READS:
            raise PartsError(f"The file is read in more than {READS} parts.")
        return super().read(size)


class Directory(TiffImagePlugin.ImageFileDirectory_v2):
    """The tags of a TIFF or of EXIF, with a limit on the numbers that Pillow would turn into Python objects."""

    AS_THEY_ARE: Final = {TiffTags.BYTE, TiffTags.ASCII, TiffTags.UNDEFINED}

    def load(self, fp: IO[bytes]) -> None:
        super().load(fp)
        if sum(len(self._tagdata[tag]) for tag in self if self.tagtype[tag] not in self.AS_THEY_ARE) > NUMBERS:
            raise PartsError(f"A directory of tags has more than {NUMBERS} bytes of numbers.")


# Pillow reads the tags of every file format through this class.
TiffImagePlugin.ImageFileDirectory_v2 = Directory  # type: ignore[misc]


def check_marks(data: bytes) -> None:
    """Raises PartsError if a part occurs in the file more often than MARKS allows."""
    for mark, most in MARKS.items():
        if data.count(mark) > most:
            raise PartsError(f"The file has more than {most} parts {mark!r}.")


def check_scans(data: bytes) -> None:
    """Raises PartsError if a JPEG has more than SCANS scans."""
    scans = 0
    for marker in markers(data):
        scans += marker == SCAN
        if scans > SCANS:
            raise PartsError(f"The JPEG has more than {SCANS} scans.")


def check_tiles(picture: Image.Image, max_pixels: int) -> None:
    """Raises PartsError if a TIFF has tiles of more than `max_pixels`, since each tile is decoded as a whole."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        width = picture.tag_v2.get(TiffImagePlugin.TILEWIDTH, 1)
        height = picture.tag_v2.get(TiffImagePlugin.TILELENGTH, 1)
        if width * height > max_pixels:
            raise PartsError(f"A tile of the TIFF has more than {max_pixels} pixels.")
