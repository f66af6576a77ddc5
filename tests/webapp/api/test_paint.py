import base64
import json
import socket
import tempfile
from io import BytesIO
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import ExifTags, Image
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from cyclegan.paint.painter import Painter
from cyclegan.pictures import Pixels, resize_to
from cyclegan.reading.formats import FORMATS
from pictures import landscape
from uploads import file_of, form
from webapp.queue.admission import Admission
from webapp.settings import MAX_UPLOAD_BYTES

EVENTS = {"Accept": "text/event-stream"}
MANY = 10**6  # seconds, places, pixels
DEFAULTS = {"passes": "1", "strength": "100", "detail": "0", "size": "512", "brush": "medium", "format": "png"}


def post(client: FlaskClient, data: bytes, name: str = "photo.png", headers: Any = None, **fields: str) -> TestResponse:
    body, media_type = form(data, name, **fields)
    return client.post("/api/paint", data=body, content_type=media_type, headers=headers)


def opened(response: TestResponse) -> Image.Image:
    assert response.status_code == 200, response.text
    return Image.open(BytesIO(response.data))


def refusal(response: TestResponse) -> str:
    """Returns the sentence of an error response."""
    assert response.mimetype == "application/json"
    assert response.json is not None
    assert list(response.json) == ["error"]
    sentence = response.json["error"]
    assert sentence[0].isupper() or sentence.split()[0] in ("passes", "strength", "detail", "size", "format")
    assert sentence.endswith(".")
    return str(sentence)


def events(response: TestResponse) -> list[tuple[str, dict[str, Any]]]:
    assert response.status_code == 200, response.text
    assert response.mimetype == "text/event-stream"
    blocks = [block.splitlines() for block in response.text.split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def test_health(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json == {"status": "ok"}


def test_a_photo_is_painted_in_its_aspect_ratio(client: FlaskClient, photo: Image.Image) -> None:
    response = post(client, file_of(photo))
    painting = opened(response)
    assert response.mimetype == "image/png"
    assert painting.format == "PNG"
    assert painting.size == (512, 341)
    assert difference(painting, resize_to(photo, 512)) > 1


@pytest.mark.parametrize(
    ("name", "media_type", "file_name"),
    [("png", "image/png", "monet.png"), ("jpeg", "image/jpeg", "monet.jpeg"), ("webp", "image/webp", "monet.webp")],
)
def test_the_format_is_the_one_asked_for(client: FlaskClient, name: str, media_type: str, file_name: str) -> None:
    response = post(client, file_of(landscape(96, 64)), format=name)
    assert opened(response).format == name.upper()
    assert response.mimetype == media_type
    assert response.headers["Content-Disposition"] == f"inline; filename={file_name}"


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_a_painting_carries_no_metadata(client: FlaskClient, name: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "somebody"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
    painting = opened(post(client, file_of(landscape(96, 64), "JPEG", exif=exif, comment=b"private"), format=name))
    assert not painting.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(painting.info)


def test_the_size_is_the_longer_side_and_never_above_the_photo(client: FlaskClient) -> None:
    data = file_of(landscape(200, 300))
    assert opened(post(client, data, size="96")).size == (64, 96)
    assert opened(post(client, data, size="2048")).size == (200, 300)


def test_full_size_keeps_every_pixel_of_a_photo_that_is_painted_in_tiles(client: FlaskClient) -> None:
    photo = landscape(1100, 530)
    painting = opened(post(client, file_of(photo, "JPEG"), size="full"))
    assert painting.size == photo.size
    *progress, (last, _) = events(post(client, file_of(photo, "JPEG"), size="full", headers=EVENTS))
    assert [data["done"] for _, data in progress] == [0, 1, 2, 3]  # the brush and two tiles
    assert last == "painting"


def test_no_strength_gives_the_photo_and_more_strength_more_paint(client: FlaskClient) -> None:
    photo = landscape(96, 64)
    data = file_of(photo)
    none, half, full = (opened(post(client, data, strength=strength)) for strength in ("0", "50", "100"))
    assert difference(none, photo) == 0
    assert 0 < difference(half, photo) < difference(full, photo)


def test_another_pass_paints_the_painting(client: FlaskClient) -> None:
    data = file_of(landscape(96, 64))
    once, twice = (opened(post(client, data, passes=passes)) for passes in ("1", "2"))
    assert difference(once, twice) > 0.2


def test_a_turned_photo_is_painted_upright(client: FlaskClient) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    assert opened(post(client, file_of(landscape(96, 64), "JPEG", exif=exif))).size == (64, 96)


def test_unknown_fields_are_ignored(client: FlaskClient) -> None:
    assert post(client, file_of(landscape(64, 64)), colour="blue").status_code == 200


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c\0.png", "日本.png", '"; filename="x', "x" * 5000])
def test_a_name_from_outside_reaches_nothing(client: FlaskClient, name: str) -> None:
    response = post(client, file_of(landscape(64, 64)), name=name)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == "inline; filename=monet.png"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("passes", "99", "passes must be a whole number from 1 to 5, not 99."),
        ("passes", "0", "passes must be a whole number from 1 to 5, not 0."),
        ("passes", "abc", "passes must be a whole number from 1 to 5."),
        ("passes", "1.5", "passes must be a whole number from 1 to 5."),
        ("passes", "", "passes must be a whole number from 1 to 5."),
        ("passes", "9" * 5000, "passes must be a whole number from 1 to 5."),
        ("strength", "-1", "strength must be a whole number from 0 to 100, not -1."),
        ("detail", "101", "detail must be a whole number from 0 to 100, not 101."),
        ("strength", "101", "strength must be a whole number from 0 to 100, not 101."),
        ("size", "63", 'size must be a whole number from 64 to 2048, or "full", not 63.'),
        ("size", "2049", 'size must be a whole number from 64 to 2048, or "full", not 2049.'),
        ("format", "bmp", "format must be one of png, jpeg, webp."),
        ("format", "PNG", "format must be one of png, jpeg, webp."),
    ],
)
def test_a_bad_option_is_named(client: FlaskClient, field: str, value: str, sentence: str) -> None:
    response = post(client, file_of(landscape(64, 64)), **{field: value})
    assert response.status_code == 422
    assert refusal(response) == sentence


JPEG = file_of(landscape(300, 200), "JPEG")
PNG = file_of(landscape(300, 200), "PNG")


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "photo.jpg", 400),
        (JPEG, "", 400),
        (PNG[: len(PNG) // 2], "photo.png", 400),
        (JPEG[:30], "photo.jpg", 400),
        (b"no picture at all", "photo.jpg", 415),
        (file_of(Image.new("1", (8000, 6251))), "photo.png", 413),
        (bytes(MAX_UPLOAD_BYTES + 1), "photo.jpg", 413),
    ],
    ids=["empty", "unnamed", "half a PNG", "the head of a JPEG", "text", "50 megapixels", "25 MB"],
)
@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["plain", "events"])
def test_a_bad_photo_is_refused(client: FlaskClient, data: bytes, name: str, status: int, headers: Any) -> None:
    response = post(client, data, name, headers)
    assert response.status_code == status
    refusal(response)
    assert client.get("/healthz").status_code == 200


def test_a_request_without_a_photo_is_refused(client: FlaskClient) -> None:
    response = client.post("/api/paint", data={"passes": "1", "photo": "text"}, content_type="multipart/form-data")
    assert response.status_code == 400
    assert '"photo"' in refusal(response)


@pytest.mark.parametrize("field", DEFAULTS)
@pytest.mark.parametrize("as_file", [False, True], ids=["twice", "as a file"])
def test_a_field_that_is_not_given_once_as_text_is_named(client: FlaskClient, field: str, as_file: bool) -> None:
    value = DEFAULTS[field]
    given = (BytesIO(value.encode()), "value.txt") if as_file else [value, value]
    response = client.post("/api/paint", data={"photo": (BytesIO(JPEG), "photo.jpg"), field: given})
    assert response.status_code == 422
    assert response.json == {"error": f"{field} must be given once, as text."}


@pytest.mark.parametrize("address", ["/api/paint", "/api/inside"])
def test_several_photos_are_refused(client: FlaskClient, address: str) -> None:
    response = client.post(address, data={"photo": [(BytesIO(JPEG), "one.jpg"), (BytesIO(JPEG), "two.jpg")]})
    assert response.status_code == 400
    assert "several photos" in refusal(response)


@pytest.mark.parametrize("media_type", ["image/jpeg", "application/x-www-form-urlencoded", "application/json", None])
def test_a_request_that_is_no_form_of_parts_is_refused(client: FlaskClient, media_type: str | None) -> None:
    response = client.post("/api/paint", data=JPEG, content_type=media_type)
    assert response.status_code == 415
    assert "multipart/form-data" in refusal(response)


def test_a_form_without_a_boundary_is_refused(client: FlaskClient) -> None:
    response = client.post("/api/paint", data=JPEG, content_type="multipart/form-data")
    assert response.status_code == 400
    refusal(response)


def test_the_events_tell_the_progress_and_bring_the_painting(client: FlaskClient, photo: Image.Image) -> None:
    data = file_of(photo)
    *progress, (last, painting) = events(post(client, data, passes="3", size="96", headers=EVENTS))
    assert progress == [("progress", {"done": done, "total": 3}) for done in range(4)]
    assert last == "painting"
    assert (painting["type"], painting["width"], painting["height"]) == ("image/png", 96, 64)
    plain = post(client, data, passes="3", size="96")
    assert base64.b64decode(painting["data"]) == plain.data


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (
            file_of(landscape(64, 48), "JPEG")[:-100],
            "cut_short",
            "The photo is incomplete: what is missing stays grey.",
        ),
        (
            file_of(landscape(64, 48), "GIF", save_all=True, append_images=[landscape(64, 48, seed=1)]),
            "first_of_several",
            "The file holds several pictures: the first one is painted.",
        ),
    ],
)
@pytest.mark.parametrize("size", ["64", "full"])
def test_a_response_tells_how_the_photo_was_read(
    client: FlaskClient, data: bytes, name: str, sentence: str, size: str
) -> None:
    assert post(client, data, size=size).headers["X-Notices"] == name
    *_, (_, painting) = events(post(client, data, size=size, headers=EVENTS))
    assert painting["notices"] == [sentence]


@pytest.mark.parametrize("pillow_format", FORMATS)
@pytest.mark.parametrize("size", ["64", "full"])
def test_every_format_is_painted(client: FlaskClient, pillow_format: str, size: str) -> None:
    assert opened(post(client, file_of(landscape(64, 64), pillow_format), size=size)).size == (64, 64)


def test_a_response_says_nothing_of_a_photo_that_is_whole(client: FlaskClient, photo: Image.Image) -> None:
    assert "X-Notices" not in post(client, file_of(photo)).headers


def test_any_answer_will_do_for_a_client_that_accepts_any(client: FlaskClient) -> None:
    assert post(client, file_of(landscape(64, 64)), headers={"Accept": "*/*"}).mimetype == "image/png"


def test_a_painting_that_fails_is_told_and_the_next_one_succeeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class TornCanvas:
        whole = 1024  # pixels

        def paint(self, photo: Pixels) -> Pixels:
            raise RuntimeError("torn")

    client = app.test_client()
    data = file_of(landscape(64, 64))
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "admission", Admission(Painter(TornCanvas()), MANY, MANY, MANY, MANY))
        *_, (last, told) = events(post(client, data, headers=EVENTS))
        assert (last, told) == ("error", {"error": "The painting failed. Try again."})
        response = post(client, data)
        assert response.status_code == 500
        assert "torn" not in refusal(response)
    assert post(client, data).status_code == 200


def test_a_closed_connection_cancels_what_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Counter:
        whole = 1024  # pixels
        painted = 0

        def paint(self, photo: Pixels) -> Pixels:
            self.painted += 1
            return photo

    counter = Counter()
    monkeypatch.setitem(app.extensions, "admission", Admission(Painter(counter), MANY, MANY, MANY, MANY))
    body, media_type = form(file_of(landscape(64, 64)), passes="5")
    request = create_environ("/api/paint", method="POST", data=body, content_type=media_type, headers=EVENTS)
    chunks, *_ = run_wsgi_app(app, request)
    stream = iter(chunks)
    assert b'"done": 0' in next(stream)
    assert b'"done": 1' in next(stream)
    chunks.close()  # type: ignore[attr-defined]  # what a WSGI server does when its client has gone
    assert counter.painted == 1


def test_no_upload_touches_the_disk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("A temporary file was asked for.")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    data = file_of(landscape(1500, 1200), "TIFF")
    assert len(data) > 5_000_000
    assert post(app.test_client(), data, size="64").status_code == 200


def test_gunicorn_paints_and_survives_bad_uploads(server: str) -> None:
    assert too_large(server).startswith(b"HTTP/1.1 413")
    body, media_type = form(JPEG, "me.jpg")
    with urlopen(Request(f"{server}/api/paint", body, {"Content-Type": media_type})) as response:
        assert response.headers["Content-Type"] == "image/png"
        painting = Image.open(BytesIO(response.read()))
    assert painting.size == (300, 200)


def too_large(server: str) -> bytes:
    """Returns the server's response to the head of a request whose body is longer than allowed."""
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /api/paint HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=parts\r\n"
        connection.sendall(f"{head}Content-Length: {MAX_UPLOAD_BYTES + 1}\r\n\r\n".encode())
        return connection.recv(64)
