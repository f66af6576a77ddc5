"""The real server keeps a photo in memory while it is painted, and nowhere else."""

import os
import resource
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from PIL import Image
from pillow_heif import from_pillow

from pictures import landscape
from serving import gunicorn
from uploads import file_of, form

NAME = "aunt-mathilda-at-home"


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return landscape(1400, 900)


@pytest.fixture(scope="module")
def uploads(photo: Image.Image) -> dict[str, bytes]:
    """Returns a photo of each kind that is handled differently. Werkzeug alone would not keep the PNG in memory."""
    return {
        "jpeg": file_of(photo, "JPEG"),
        "png": file_of(photo.resize((2000, 1300)), "PNG", compress_level=0),
        "heic": file_of(from_pillow(photo), "HEIF"),
        "avif": file_of(photo, "AVIF"),
        "half a photo": file_of(photo, "PNG")[:9999],
    }


def post(address: str, photo: bytes, size: str) -> int:
    body, media_type = form(photo, f"{NAME}.jpg", size=size)
    try:
        with urlopen(Request(f"{address}/api/paint", body, {"Content-Type": media_type})) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return int(error.code)


@pytest.mark.parametrize("engine", ["torchscript", "openvino"])
def test_a_server_that_can_write_no_file_paints_and_no_log_names_photo_or_client(
    uploads: dict[str, bytes], engine: str
) -> None:
    def forbid_writing() -> None:
        """Forbids this process and those that it starts to write to any file. Pipes and sockets still work."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    read, write = os.pipe()
    with gunicorn(
        env={"ENGINE": engine, "WEB_CONCURRENCY": "1"}, stdout=write, stderr=write, preexec_fn=forbid_writing
    ) as (address, _):
        statuses = {
            (name, size): post(address, file, size) for name, file in uploads.items() for size in ("512", "full")
        }
    os.close(write)
    with open(read, "rb") as output:
        log = output.read().decode()
    assert {name for name, status in statuses.items() if status != 200} == {
        ("half a photo", "512"),
        ("half a photo", "full"),
    }
    assert "POST /api/paint" in log
    assert NAME not in log
    assert "127.0.0.1" not in log.replace(address, "")  # its own address is logged at the start
