"""Request bodies that carry a photo to the server."""

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from pillow_heif import HeifFile
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from pictures import landscape

BOUNDARY = "a-boundary-in-no-photo"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def file_of(picture: Image.Image | HeifFile, pillow_format: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, format=pillow_format, **options)
    return file.getvalue()


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
