import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Final

import pytest
from PIL import ExifTags, Image, ImageCms, TiffImagePlugin

from bombs import avif_larger_than_it_says, heic_of_huge_transparency
from cyclegan.reading.upright import upright_rgb
from pictures import landscape
from specimens import in_mode
from uploads import file_of
from webapp.intake.photo import IntakeError, read_photo
from webapp.intake.sandbox import BESIDES, BYTES_A_PIXEL, READERS, SIZE, decode_apart

DESCRIBED: Final = ("AVIF", "TIFF", "HEIF")  # formats with EXIF, a profile and transparency
PROFILE: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Prints the peak memory in bytes of the process that decodes, as the only child of this one.
PROGRAM = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "webapp.intake.sandbox", *sys.argv[1:]], capture_output=True)
print(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def decode(data: bytes) -> Image.Image:
    return decode_apart(Image.open(BytesIO(data)), data)


@pytest.mark.parametrize("pillow_format", DESCRIBED)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_picture_is_the_one_that_pillow_reads(pillow_format: str, mode: str) -> None:
    photo = landscape(301, 200)
    if mode == "RGBA":
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    data = file_of(photo, pillow_format, icc_profile=PROFILE)
    with Image.open(BytesIO(data)) as here:
        apart = decode(data)
        assert apart.info["icc_profile"] == PROFILE
        assert (apart.mode, apart.size, apart.tobytes()) == (mode, here.size, here.tobytes())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "I", "F", "CMYK", "LAB"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_a_tiff_of_any_mode_is_the_same_as_if_decoded_here(mode: str, compression: str | None) -> None:
    data = file_of(in_mode(landscape(60, 40), mode), "TIFF", compression=compression)
    with Image.open(BytesIO(data)) as here:
        assert here.mode == mode
        assert upright_rgb(decode(data)).tobytes() == upright_rgb(here).tobytes()


@pytest.mark.parametrize("pillow_format", sorted(set(READERS) - set(DESCRIBED)))
def test_a_plain_picture_is_the_one_that_pillow_reads(pillow_format: str) -> None:
    data = file_of(landscape(64, 64), pillow_format)
    with Image.open(BytesIO(data)) as here:
        apart = decode(data)
        assert (apart.mode, apart.size, apart.tobytes()) == (here.mode, here.size, here.tobytes())


@pytest.mark.parametrize("pillow_format", DESCRIBED)
def test_a_picture_is_turned_upright_only_once(pillow_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo = landscape(60, 40)
    data = file_of(photo, pillow_format, exif=exif.tobytes() if pillow_format == "HEIF" else exif)
    with Image.open(BytesIO(data)) as here:
        assert upright_rgb(decode(data)).tobytes() == upright_rgb(here).tobytes()
        assert here.size == (40, 60)


def test_a_tiff_with_its_orientation_in_xmp_is_turned_upright_only_once() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[700] = b'<x tiff:Orientation="6"/>'
    data = file_of(landscape(60, 40), "TIFF", tiffinfo=tags)
    with Image.open(BytesIO(data)) as here:
        assert upright_rgb(decode(data)).tobytes() == upright_rgb(here).tobytes()
        assert here.size == (40, 60)


def test_the_sandbox_has_no_limit_of_pixels_of_its_own() -> None:
    """By default, Pillow warns of more than 90 megapixels and refuses twice as many."""
    data = file_of(Image.new("L", (9_500, 9_500)), "AVIF", speed=10)
    command = [sys.executable, "-W", "error", "-m", "webapp.intake.sandbox", "AVIF", str(9_500**2)]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert len(done.stdout) == SIZE.size + 9_500**2


@pytest.mark.parametrize("pillow_format", READERS)
def test_a_file_that_is_cut_short_is_an_error(pillow_format: str) -> None:
    data = file_of(landscape(200, 200), pillow_format)
    with pytest.raises(ValueError, match="can't be decoded"):
        decode_apart(Image.open(BytesIO(data)), data[:-100])


def test_a_file_with_more_pixels_than_it_states_is_an_error() -> None:
    with pytest.raises(ValueError, match="can't be decoded"):
        decode(avif_larger_than_it_says((100, 100)))


@pytest.mark.parametrize(
    ("pillow_format", "make", "pixels"),
    [
        ("AVIF", partial(avif_larger_than_it_says, (100, 100)), 100**2),
        ("AVIF", partial(avif_larger_than_it_says, (3000, 3000)), 3000**2),
        ("HEIF", heic_of_huge_transparency, 64**2),
    ],
    ids=["small avif", "large avif", "heic"],
)
def test_memory_is_bounded_by_the_stated_size(pillow_format: str, make: Callable[[], bytes], pixels: int) -> None:
    command = [sys.executable, "-c", PROGRAM, pillow_format, str(pixels)]
    done = subprocess.run(command, input=make(), stdout=subprocess.PIPE, check=True)
    assert int(done.stdout) < BESIDES + BYTES_A_PIXEL * pixels


@pytest.mark.parametrize("pillow_format", READERS)
def test_a_decoder_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch, pillow_format: str) -> None:
    monkeypatch.setattr("webapp.intake.sandbox.SECONDS", 0.01)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(ValueError, match="ended with status -9"):
        decode(file_of(landscape(200, 200), pillow_format))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used < 1


@pytest.mark.parametrize("pillow_format", READERS)
def test_an_upload_is_decoded_in_the_sandbox(monkeypatch: pytest.MonkeyPatch, pillow_format: str) -> None:
    monkeypatch.setattr("webapp.intake.sandbox.SECONDS", 0)
    with pytest.raises(IntakeError, match="damaged"):
        read_photo(BytesIO(file_of(landscape(64, 64), pillow_format)), 64 * 64, None)
