"""The body of a request as the application reads it."""

from typing import Any, Final

from gunicorn.http.body import LengthReader
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestTimeout

MALFORMED: Final = "The body of the request is not valid. Send it with a Content-Length or in well-formed chunks."
SILENT: Final = "The rest of the request did not come in time. Send it again."


class BodyReader:
    """Wraps the reader in gunicorn's Body and turns its errors into HTTP errors, which every route handles."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._is_cut_off = False  # the client stopped before the end of its body

    @property
    def is_at_end(self) -> bool:
        """Whether the next bytes on the connection belong to another request."""
        return isinstance(self._reader, LengthReader) and self._reader.length == 0 and not self._is_cut_off

    def read(self, size: int) -> bytes:
        """Returns at most `size` bytes, or none at the end of the body.

        Raises RequestTimeout if the client falls silent, ClientDisconnected if it hangs up, and BadRequest for
        malformed chunks.
        """
        # LengthReader counts bytes that never arrive as read, as if the next request began where this body broke off.
        expected = min(size, self._reader.length) if isinstance(self._reader, LengthReader) else 0
        try:
            data: bytes = self._reader.read(size)
        except BlockingIOError as error:  # silent for longer than gunicorn.conf.py allows
            raise RequestTimeout(SILENT) from error
        except NoMoreData as error:
            raise ClientDisconnected from error
        except ParseException as error:
            raise BadRequest(MALFORMED) from error
        self._is_cut_off = self._is_cut_off or len(data) < expected
        return data
