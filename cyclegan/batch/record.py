"""Marks each painting with what it was made of, so that a second run can tell what is left to do.

The mark stands in the painting's EXIF: the program, and an ID that depends on the photo, the options and the weights.
"""

import hashlib
import json
from dataclasses import asdict
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image

from cyclegan.card import Artifact
from cyclegan.paint.options import PaintingOptions
from cyclegan.reading.upright import DAMAGED

SOFTWARE: Final = "Make-A-Monet"
DIGITS: Final = 32  # of an ID: as many as EXIF has for ImageUniqueID


def painting_id(photo: bytes, options: PaintingOptions, file_format: str, artifact: Artifact) -> str:
    """Returns the ID of the painting of a photo's file: hexadecimal digits."""
    made = json.dumps([asdict(options), file_format, sorted(artifact["sha256"].items())])
    return hashlib.sha256(hashlib.sha256(photo).digest() + made.encode()).hexdigest()[:DIGITS]


def mark(identity: str) -> bytes:
    """Returns the EXIF of the painting with this ID."""
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = SOFTWARE
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ImageUniqueID] = identity
    return exif.tobytes()


def read_mark(file: bytes) -> str | None:
    """Returns the ID of a painting, or None for a file that is no painting of this program's."""
    try:
        with Image.open(BytesIO(file)) as picture:
            exif = picture.getexif()
            if exif.get(ExifTags.Base.Software) != SOFTWARE:
                return None
            return str(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ImageUniqueID, ""))
    except (*DAMAGED, Image.DecompressionBombError):
        return None
