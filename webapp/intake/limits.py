"""What a file holds beside its pixels, within limits: Pillow's readers have few of their own.

A file of 25 MB can be made of millions of parts, name the same bytes again and again, or pack gigabytes of zeros.
"""

import re
from io import BytesIO
from typing import IO, Final

from PIL import Image, PngImagePlugin, TiffImagePlugin, TiffTags

READS: Final = 2**19  # of a file: Pillow goes through it in Python, part by part
NUMBERS: Final = 2**19  # bytes of a directory of tags: as objects of Python they take forty times that
TEXT: Final = 2**24  # characters of text in a PNG, up to four bytes each
SCANS: Final = 50  # of a JPEG: each goes over all of its pixels; encoders make about ten

# How often a file may have what Pillow unpacks or joins each time that it comes. Encoders do so once or twice.
MARKS: Final[dict[bytes, int]] = {b"Exif\0\0": 16, b"iCCP": 16, b"iTXt": 64, b"zTXt": 64}

# Of a JPEG, from the fill bytes before it; neither a restart nor a byte of pixels.
MARKER: Final = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
STANDALONE: Final = {0x01, 0xD8}  # a marker without a length
END, SCAN = 0xD9, 0xDA

PngImagePlugin.MAX_TEXT_MEMORY = TEXT


class PartsError(Exception):
    """A file that holds too much beside its pixels. No error of Pillow's, lest it be taken for one on the way."""


class PartsFile(BytesIO):
    """A file in memory that gives out after READS."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads > READS:
            raise PartsError(f"The file is read in more than {READS} parts.")
        return super().read(size)


class Directory(TiffImagePlugin.ImageFileDirectory_v2):
    """The tags of a TIFF or of EXIF, which Pillow makes objects of when they are asked for: not too many numbers."""

    AS_THEY_ARE: Final = {TiffTags.BYTE, TiffTags.ASCII, TiffTags.UNDEFINED}

    def load(self, fp: IO[bytes]) -> None:
        super().load(fp)
        if sum(len(self._tagdata[tag]) for tag in self if self.tagtype[tag] not in self.AS_THEY_ARE) > NUMBERS:
            raise PartsError(f"A directory of tags has more than {NUMBERS} bytes of numbers.")


# The one place through which Pillow reads tags, whatever the format of the file.
TiffImagePlugin.ImageFileDirectory_v2 = Directory  # type: ignore[misc]


def check_marks(data: bytes) -> None:
    """Raises PartsError for a file in which a part comes more often than MARKS allows."""
    for mark, most in MARKS.items():
        if data.count(mark) > most:
            raise PartsError(f"The file has more than {most} parts {mark!r}.")


def check_scans(data: bytes) -> None:
    """Raises PartsError for a JPEG of more than SCANS."""
    scans = 0
    position = 2
    while (found := MARKER.search(data, position)) and (marker := found[1][0]) != END:
        position = found.end()
        if marker in STANDALONE:
            continue
        position += int.from_bytes(data[position : position + 2], "big")
        scans += marker == SCAN
        if scans > SCANS:
            raise PartsError(f"The JPEG has more than {SCANS} scans.")


def check_tiles(picture: Image.Image, max_pixels: int) -> None:
    """Raises PartsError for a TIFF with tiles, each of which is decoded whole, of more than `max_pixels`."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        width = picture.tag_v2.get(TiffImagePlugin.TILEWIDTH, 1)
        height = picture.tag_v2.get(TiffImagePlugin.TILELENGTH, 1)
        if width * height > max_pixels:
            raise PartsError(f"A tile of the TIFF has more than {max_pixels} pixels.")
