"""Request bodies that carry a photo to the server."""

import struct
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from pillow_heif import HeifFile, register_heif_opener
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from pictures import landscape

register_heif_opener(thumbnails=False)

BOUNDARY = "a-boundary-in-no-photo"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def file_of(picture: Image.Image | HeifFile, pillow_format: str = "PNG", **options: Any) -> bytes:
    """Returns a file of a picture, as Pillow writes it; an ICO may have at most 256 pixels on a side."""
    if pillow_format == "PSD" and isinstance(picture, Image.Image):
        return psd(picture)
    if pillow_format == "ICO":
        options |= {"sizes": [picture.size]}
    file = BytesIO()
    picture.save(file, format=pillow_format, **options)
    return file.getvalue()


def psd(picture: Image.Image) -> bytes:
    """Returns a picture as a flat PSD in RGB, which Pillow reads but does not write."""
    head = struct.pack(">4sH6xHLLHH", b"8BPS", 1, 3, picture.height, picture.width, 8, 3)
    nothing = bytes(4)  # as colour table, resources and layers
    return head + 3 * nothing + bytes(2) + b"".join(plane.tobytes() for plane in picture.convert("RGB").split())


@cache
def long_painting(width: int = 5600, height: int = 3600) -> bytes:
    """Returns the body of a request whose painting takes some seconds, in many short steps."""
    photo = landscape(700, 450).resize((width, height))
    body, _ = form(file_of(photo, "JPEG"), size="full", format="jpeg")
    return body


def form(data: bytes, name: str = "photo.png", **fields: str) -> tuple[bytes, str]:
    """Returns the body of a multipart request and its media type."""
    # Encoded here because Flask's client would spool a large body to a file and leave it open.
    _, body = encode_multipart({"photo": FileStorage(BytesIO(data), name), **fields}, BOUNDARY)
    return body, MULTIPART
