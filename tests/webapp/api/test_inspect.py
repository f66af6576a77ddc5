import base64
import gc
import shutil
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from cyclegan.card import DISCRIMINATOR, EngineError, load_card
from cyclegan.inspect.load import load_inspector
from cyclegan.inspect.openvino import OpenVINOInspector
from cyclegan.paint.options import PaintingOptions
from cyclegan.paint.painter import Step
from patience import PATIENCE, wait_until
from pictures import landscape
from uploads import file_of, form
from webapp import create_app
from webapp.api.inspect import fit
from webapp.queue.admission import Admission, Place, Waiting
from webapp.settings import MAX_UPLOAD_BYTES, Settings

CARD = load_card(Settings().weights)


def post(
    client: FlaskClient, data: bytes, name: str = "photo.jpg", path: str = "/api/inside", **fields: str
) -> TestResponse:
    body, media_type = form(data, name, **fields)
    return client.post(path, data=body, content_type=media_type)


def opened(url: str) -> Image.Image:
    head, data = url.split(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(BytesIO(base64.b64decode(data)))


@pytest.fixture(params=["torchscript", "openvino"])
def engine(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    inspector = load_inspector(Settings().weights, request.param)
    monkeypatch.setitem(app.extensions, "inspector", lambda: inspector)
    return str(request.param)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("size", "seen"), [((600, 400), (256, 168)), ((60, 900), (72, 256))])
def test_the_answer_has_every_layer_and_both_judgements(
    client: FlaskClient, size: tuple[int, int], seen: tuple[int, int]
) -> None:
    response = post(client, file_of(landscape(*size), "JPEG"))
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    inside = response.json
    assert inside is not None
    assert list(inside) == ["height", "judge", "layers", "painting", "photo", "width"]
    assert (inside["width"], inside["height"]) == seen
    photo, painting = opened(inside["photo"]), opened(inside["painting"])
    assert photo.size == painting.size == seen
    assert np.abs(np.asarray(photo, float) - np.asarray(painting, float)).mean() > 2
    shapes = [layer["shape"] for layer in CARD["layers"]]
    side = CARD["layers_side"]
    assert [(layer["maps"], layer["width"], layer["height"]) for layer in inside["layers"]] == [
        (c, seen[0] * w // side, seen[1] * h // side) for c, h, w in shapes
    ]
    assert [layer["columns"] for layer in inside["layers"]] == [8, 8, *[16] * 7, 8, 8, 8, 1]
    *sheets, change = [opened(layer["image"]) for layer in inside["layers"]]
    assert {sheet.mode for sheet in sheets} == {"L"}
    assert (change.mode, change.size) == ("RGB", seen)
    for which in ("photo", "painting"):
        assert -2 < inside["judge"][which]["mean"] < 2
        assert opened(inside["judge"][which]["image"]).size == seen


def test_the_painting_is_the_one_that_the_page_would_paint(client: FlaskClient) -> None:
    data = file_of(landscape(256, 168), "PNG")
    inside = post(client, data).json
    assert inside is not None
    painted = post(client, data, path="/api/paint", size="256", brush="fine")
    difference = np.asarray(opened(inside["painting"]), float) - np.asarray(Image.open(BytesIO(painted.data)), float)
    assert np.abs(difference).mean() < 6  # what JPEG loses


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((600, 400), (256, 168)),
        ((256, 256), (256, 256)),
        ((200, 100), (200, 96)),
        ((40, 30), (96, 72)),
        ((1, 1), (72, 72)),
        ((4000, 3), (256, 72)),
        ((257, 90), (256, 88)),
    ],
)
def test_the_sides_are_whole_and_in_bounds(size: tuple[int, int], seen: tuple[int, int]) -> None:
    assert fit(Image.new("RGB", size)).size == seen


JPEG = file_of(landscape(300, 200), "JPEG")
PNG = file_of(landscape(300, 200), "PNG")


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "photo.jpg", 400),
        (JPEG, "", 400),
        (PNG[: len(PNG) // 2], "photo.png", 400),
        (b"no picture at all", "photo.jpg", 415),
        (file_of(Image.new("1", (8000, 6251)), "PNG"), "photo.png", 413),
        (bytes(MAX_UPLOAD_BYTES + 1), "photo.jpg", 413),
    ],
    ids=["empty", "unnamed", "half a PNG", "text", "50 megapixels", "25 MB"],
)
def test_a_bad_photo_is_refused_as_for_a_painting(client: FlaskClient, data: bytes, name: str, status: int) -> None:
    inside, painted = (post(client, data, name, path) for path in ("/api/inside", "/api/paint"))
    assert inside.status_code == painted.status_code == status
    assert inside.json is not None
    assert inside.json["error"]
    assert inside.json == painted.json


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(JPEG, "image/jpeg"), (JPEG, "multipart/form-data"), ({"photo": "text"}, "multipart/form-data")],
    ids=["no form", "no boundary", "no file"],
)
def test_a_bad_request_is_refused_as_for_a_painting(client: FlaskClient, data: Any, media_type: str) -> None:
    inside, painted = (client.post(path, data=data, content_type=media_type) for path in ("/api/inside", "/api/paint"))
    assert inside.status_code == painted.status_code
    assert inside.json is not None
    assert inside.json["error"]
    assert inside.json == painted.json


def test_the_sentence_is_in_the_language_asked_for(client: FlaskClient) -> None:
    response = client.post("/api/inside", data={"photo": (BytesIO(b""), "a.jpg")}, headers={"Accept-Language": "zh"})
    assert response.json is not None
    assert not response.json["error"].isascii()


def test_it_waits_for_its_turn_in_the_line_of_the_paintings(app: Flask) -> None:
    admission: Admission = app.extensions["admission"]
    place = admission.arrive("192.0.2.1", lambda: False)
    next(steps_of(place))
    responses: list[TestResponse] = []
    thread = Thread(target=lambda: responses.append(post(app.test_client(), JPEG)), daemon=True)
    thread.start()
    wait_until(lambda: length_of_queue(admission) == 2, "The look inside should wait behind the painting.")
    assert not responses
    place.close()
    thread.join(PATIENCE)
    assert [response.status_code for response in responses] == [200]


def steps_of(place: Place) -> Iterator[Waiting | Step]:
    return place.steps(landscape(64, 64), PaintingOptions(passes=2))


def length_of_queue(admission: Admission) -> int:
    """As whoever comes last is told; somebody must be at work."""
    with closing(admission.arrive("192.0.2.2", lambda: False)) as place:
        told = next(steps_of(place))
    assert isinstance(told, Waiting)
    return told.position


def test_what_fails_inside_is_told_and_gives_the_turn_to_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "inspector", None)
        response = post(client, JPEG)
        assert response.status_code == 500
        assert response.json is not None
        assert "None" not in response.json["error"]
    assert post(client, JPEG).status_code == 200


def test_the_inspector_with_its_buffers_goes_with_each_look(photo: Image.Image) -> None:
    client = create_app(Settings(engine="openvino")).test_client()
    before = count_inspectors()
    assert post(client, file_of(photo, "JPEG")).status_code == 200
    assert count_inspectors() == before


def count_inspectors() -> int:
    gc.collect()
    return sum(type(found) is OpenVINOInspector for found in gc.get_objects())


def test_a_damaged_discriminator_is_refused_at_the_start(tmp_path: Path) -> None:
    shipped = Settings().weights
    for suffix in (".xml", ".bin", ".json", DISCRIMINATOR):
        shutil.copy(shipped.with_suffix(suffix), tmp_path)
    damaged = tmp_path / f"monet{DISCRIMINATOR}"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(EngineError, match=r"monet\.discriminator\.safetensors is not the file that its card describes"):
        create_app(Settings(weights=tmp_path / "monet.xml", engine="openvino"))
