"""Photos on their way to the server."""

from io import BytesIO
from typing import Any

from PIL import Image
from pillow_heif import HeifFile
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

BOUNDARY = "a-boundary-in-no-photo"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def file_of(picture: Image.Image | HeifFile, pillow_format: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, format=pillow_format, **options)
    return file.getvalue()


def form(data: bytes, name: str = "photo.png", **fields: str) -> tuple[bytes, str]:
    """The body of a multipart request and its media type."""
    # Encoded here, for Flask's client would spool what is large to a file and leave it open.
    _, body = encode_multipart({"photo": FileStorage(BytesIO(data), name), **fields}, BOUNDARY)
    return body, MULTIPART
