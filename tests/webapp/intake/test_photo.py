import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from cyclegan.reading.read import noticed_of
from pictures import landscape
from uploads import file_of
from webapp.intake.photo import IntakeError, read_photo

LIMIT = 50_000_000
SIDE = 512
UPRIGHT = landscape(48, 32)

# How a camera that was not held upright stores the upright picture.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def read(data: bytes) -> Image.Image:
    photo = read_photo(BytesIO(data), LIMIT, SIDE)
    assert photo.mode == "RGB"
    return photo


def pixel(data: bytes, x: int = 0, y: int = 0) -> tuple[int, ...]:
    colour = read(data).getpixel((x, y))
    assert isinstance(colour, tuple)
    return colour


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


@pytest.mark.parametrize("pillow_format", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF", "HEIF", "GIF"])
def test_every_format_is_read(pillow_format: str) -> None:
    assert difference(read(file_of(UPRIGHT, pillow_format)), UPRIGHT) < 8


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("pillow_format", ["PNG", "TIFF"])
def test_the_exif_orientation_is_undone(orientation: int, pillow_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    data = file_of(UPRIGHT.transpose(STORED[orientation]), pillow_format, exif=exif)
    assert difference(read(data), UPRIGHT) == 0


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("pillow_format", ["JPEG", "HEIF"])
def test_a_sideways_photo_is_turned(orientation: int, pillow_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    data = file_of(UPRIGHT.transpose(STORED[orientation]), pillow_format, exif=exif.tobytes(), quality=95)
    assert difference(read(data), UPRIGHT) < 8


@pytest.mark.parametrize("pillow_format", ["JPEG", "PNG"])
def test_a_sideways_photo_with_an_invalid_tag_is_turned(pillow_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Claude."
    text, rational = (struct.pack(">HHL", ExifTags.Base.Make, *kind) for kind in [(2, 8), (5, 1)])  # as many bytes
    assert text in exif.tobytes()
    data = file_of(UPRIGHT.transpose(STORED[6]), pillow_format, exif=exif.tobytes().replace(text, rational))
    assert difference(read(data), UPRIGHT) < 8


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_placed_over_white(mode: str) -> None:
    clear = Image.new(mode, (2, 1), 0)
    clear.putpixel((1, 0), (0, 0, 0, 128) if mode == "RGBA" else (0, 128))
    data = file_of(clear)
    assert pixel(data, 0) == (255, 255, 255)
    assert pixel(data, 1) == (127, 127, 127)


@pytest.mark.parametrize(("mode", "colour"), [("P", 0), ("L", 0), ("1", 0), ("RGB", (0, 0, 0))])
def test_a_transparent_colour_is_placed_over_white(mode: str, colour: Any) -> None:
    data = file_of(Image.new(mode, (2, 2), colour), transparency=colour)
    assert pixel(data) == (255, 255, 255)


def test_transparent_palette_entries_are_placed_over_white() -> None:
    palette = Image.new("P", (2, 1), 0)
    palette.putpalette([200, 0, 0, 0, 0, 200])
    palette.putpixel((1, 0), 1)
    data = file_of(palette, transparency=bytes([0, 255]))
    assert pixel(data, 0) == (255, 255, 255)
    assert pixel(data, 1) == (0, 0, 200)


@pytest.mark.parametrize("mode", ["L", "1"])
def test_grey_stays_grey(mode: str) -> None:
    grey = UPRIGHT.convert(mode)
    assert difference(read(file_of(grey)), grey.convert("RGB")) == 0


@pytest.mark.parametrize("pillow_format", ["JPEG", "TIFF"])
def test_cmyk_gets_its_colours_back(pillow_format: str) -> None:
    assert difference(read(file_of(UPRIGHT.convert("CMYK"), pillow_format)), UPRIGHT) < 8


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("pillow_format", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(pillow_format: str, byte_order: str) -> None:
    levels = np.array([[0, 257 * 100, 32768, 65535]], dtype=f"{byte_order}u2")
    data = file_of(Image.fromarray(levels), pillow_format)
    assert np.asarray(read(data))[0, :, 0].tolist() == [0, 100, 128, 255]


@pytest.mark.parametrize(("kind", "white"), [("float32", 1), ("float32", 255), ("int32", 65535)])
def test_levels_of_other_kinds_are_scaled(kind: str, white: float) -> None:
    data = file_of(Image.fromarray(np.array([[0, white / 2, white]], dtype=kind)), "TIFF")
    assert np.abs(np.subtract(np.asarray(read(data))[0, :, 0], [0, 128, 255])).max() <= 1


def profile_with_red_and_blue_swapped() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"swap").replace(b"bXYZ", b"rXYZ").replace(b"swap", b"bXYZ")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_colour_profile_is_converted_to_srgb(mode: str) -> None:
    red = Image.new(mode, (2, 2), "red")
    expected = (0, 0, 255)
    assert np.abs(np.subtract(pixel(file_of(red, icc_profile=profile_with_red_and_blue_swapped())), expected)).max() < 4


@pytest.mark.parametrize("mode", ["RGB", "L", "LA"])
@pytest.mark.parametrize("profile", [b"no profile", profile_with_red_and_blue_swapped()[:200]])
def test_a_bad_colour_profile_is_ignored(mode: str, profile: bytes) -> None:
    picture = UPRIGHT.convert(mode)
    assert difference(read(file_of(picture, icc_profile=profile)), picture.convert("RGB")) == 0


def test_a_colour_profile_on_a_grey_picture_is_ignored() -> None:
    data = file_of(UPRIGHT.convert("L"), icc_profile=profile_with_red_and_blue_swapped())
    assert difference(read(data), UPRIGHT.convert("L").convert("RGB")) == 0


@pytest.mark.parametrize("pillow_format", ["GIF", "WEBP", "TIFF", "PNG"])
def test_the_first_of_several_frames_is_read(pillow_format: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = file_of(frames[0], pillow_format, save_all=True, append_images=frames[1:])
    assert np.abs(np.subtract(pixel(data), (255, 0, 0))).max() < 8


def test_a_large_jpeg_is_decoded_smaller_but_large_enough() -> None:
    large = read_photo(BytesIO(file_of(landscape(1600, 1200), "JPEG")), LIMIT, 100)
    assert large.size == (400, 300)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"just text, no picture", 415),
        (b"%PDF-1.7 " + bytes(100), 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"FUJIFILMCCD-RAW 0201" + bytes(100), 415),
        (b"\xff\x0a\xfa\x1f" + bytes(100), 415),
    ],
)
def test_a_file_that_is_not_a_picture_is_refused(data: bytes, status: int) -> None:
    with pytest.raises(IntakeError, match=r"^[A-Z].*\.$") as refused:
        read(data)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"FUJIFILMCCD-RAW 0201" + bytes(100), "This is a camera raw file (RAF). Export it as JPEG first."),
        (b"<svg/>", "We can't open files in the format SVG. Save the picture as JPEG or PNG first."),
    ],
)
def test_a_known_format_that_is_not_opened_is_refused_by_name(data: bytes, sentence: str) -> None:
    with pytest.raises(IntakeError) as refused:
        read(data)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("longer_side", [32, None])
def test_a_jpeg_that_is_cut_short_is_the_same_at_every_size(longer_side: int | None) -> None:
    whole = file_of(landscape(200, 150), "JPEG")
    photo = read_photo(BytesIO(whole[: len(whole) // 2]), LIMIT, longer_side)
    assert noticed_of(photo) == ("cut_short",)


@pytest.mark.parametrize("part", [0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("pillow_format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_picture_that_is_cut_short_is_refused(pillow_format: str, part: float) -> None:
    if pillow_format == "JPEG" and part > 0.1:
        pytest.skip("it has pixels, so it is painted as far as it goes")
    whole = file_of(landscape(200, 150), pillow_format)
    with pytest.raises(IntakeError) as refused:
        read(whole[: int(len(whole) * part)])
    assert refused.value.status == 400


def huge_png(width: int, height: int) -> bytes:
    """Returns the head of a PNG without pixels, so that only the head states its size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + huge_png_data()


def huge_png_data() -> bytes:
    return struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


@pytest.mark.parametrize(("width", "height"), [(8000, 6251), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 1)])
def test_too_many_pixels_are_refused_before_they_are_decoded(width: int, height: int) -> None:
    with pytest.raises(IntakeError, match="50 megapixels") as refused:
        read(huge_png(width, height))
    assert refused.value.status == 413


def test_the_pixel_limit_is_inclusive() -> None:
    data = file_of(UPRIGHT)
    assert read_photo(BytesIO(data), 48 * 32, SIDE).size == (48, 32)
    with pytest.raises(IntakeError):
        read_photo(BytesIO(data), 48 * 32 - 1, SIDE)
