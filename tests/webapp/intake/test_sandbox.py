import resource
import subprocess
import sys
from io import BytesIO
from typing import Final

import pytest
from PIL import Image, ImageCms

from bombs import avif_larger_than_it_says
from pictures import landscape
from uploads import file_of
from webapp.intake.sandbox import BESIDES, BYTES_A_PIXEL, decode_apart

PROFILE: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Of a process whose only child is the one that decodes.
PROGRAM = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "webapp.intake.sandbox", sys.argv[1]], capture_output=True)
print(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def decode(data: bytes) -> Image.Image:
    return decode_apart(Image.open(BytesIO(data)), data)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_it_is_the_picture_that_pillow_reads(mode: str) -> None:
    photo = landscape(301, 200)
    if mode == "RGBA":
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    data = file_of(photo, "AVIF", icc_profile=PROFILE)
    with Image.open(BytesIO(data)) as here:
        apart = decode(data)
        assert apart.info["icc_profile"] == PROFILE
        assert (apart.mode, apart.size, apart.tobytes()) == (mode, here.size, here.tobytes())


def test_how_many_pixels_are_too_many_is_not_decided_here() -> None:
    """Pillow would warn of more than 90 megapixels by itself, and refuse twice as many."""
    data = file_of(Image.new("L", (9_500, 9_500)), "AVIF", speed=10)
    command = [sys.executable, "-W", "error", "-m", "webapp.intake.sandbox", str(9_500**2)]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert len(done.stdout) == 9_500**2


def test_what_is_cut_short_is_an_error() -> None:
    data = file_of(landscape(300, 200), "AVIF")
    with pytest.raises(ValueError, match="can't be decoded"):
        decode_apart(Image.open(BytesIO(data)), data[:-100])


def test_one_that_has_more_pixels_than_it_says_is_an_error() -> None:
    with pytest.raises(ValueError, match="can't be decoded"):
        decode(avif_larger_than_it_says((100, 100)))


@pytest.mark.parametrize("says", [(100, 100), (3000, 3000)])
def test_memory_is_bounded_by_what_the_file_says(says: tuple[int, int]) -> None:
    bomb, pixels = avif_larger_than_it_says(says), says[0] * says[1]
    command = [sys.executable, "-c", PROGRAM, str(pixels)]
    done = subprocess.run(command, input=bomb, stdout=subprocess.PIPE, check=True)
    assert int(done.stdout) < BESIDES + BYTES_A_PIXEL * pixels


def test_a_decoder_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.intake.sandbox.SECONDS", 0.01)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(ValueError, match="timed out"):
        decode(file_of(landscape(300, 200), "AVIF"))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used < 1
