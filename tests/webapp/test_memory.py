"""Each in a process of its own: what the tests have loaded and freed before would blur it."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ImageCms

from cyclegan.engine import PACKAGES
from pictures import landscape

SIZE = (4000, 3000)
PICTURE = 48  # MB: Pillow holds a pixel in four bytes

MEASURE = """
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from cyclegan.engine import load_engine
from cyclegan.painter import FULL, Painter, PaintingOptions
from cyclegan.pictures import encode
from webapp.intake import read_photo
from webapp.settings import MAX_PIXELS, WEIGHTS

def megabytes(field):
    # VmRSS is what the process holds, VmHWM the most that it has held.
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0]) * 1024 / 1e6

def paint_in_full(painter, photo, file_format):
    # MB above those of the idle process, once it has painted a small photo.
    painter.paint(Image.effect_noise((512, 512), 64).convert("RGB"))
    idle = megabytes("VmRSS")
    picture = read_photo(BytesIO(Path(photo).read_bytes()), MAX_PIXELS, None)
    encode(painter.paint(picture, PaintingOptions(size=FULL)), file_format)
    return megabytes("VmHWM") - idle
"""

WITH_AN_ENGINE = """
print(paint_in_full(Painter(load_engine(WEIGHTS, sys.argv[1])), sys.argv[2], "jpeg"))
"""

WITHOUT = """
class Unpainted:
    stride, reach = 4, 56

    def paint(self, photo):
        return photo

    def measure(self, thumbnail):
        return thumbnail, []

    def paint_tile(self, tile, statistics):
        return tile[self.reach : -self.reach, self.reach : -self.reach]

print(paint_in_full(Painter(Unpainted()), sys.argv[1], sys.argv[2]))
"""

@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 megapixels with a colour profile, as cameras and phones write them."""
    path = tmp_path_factory.mktemp("memory") / "photo.jpg"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    landscape(1000, 750).resize(SIZE).save(path, quality=90, icc_profile=profile)
    return path


def measured(program: str, *arguments: str) -> float:
    command = [sys.executable, "-W", "ignore", "-c", MEASURE + program, *arguments]
    return float(subprocess.run(command, capture_output=True, check=True, text=True, timeout=300).stdout)


@pytest.mark.parametrize("engine", PACKAGES)
def test_a_photo_of_12_megapixels_takes_200_mb(photo: Path, engine: str) -> None:
    assert measured(WITH_AN_ENGINE, engine, str(photo)) <= 200


@pytest.mark.parametrize("file_format", ["jpeg", "png"])
def test_the_picture_is_nowhere_in_memory_twice(photo: Path, file_format: str) -> None:
    assert PICTURE < measured(WITHOUT, str(photo), file_format) < 2 * PICTURE
