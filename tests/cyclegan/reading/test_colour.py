"""Compares colours with the same landscape in sRGB, converted with the published numbers of each standard."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from pillow_heif import from_bytes

from cyclegan.reading.code_points import BT2020, DISPLAY_P3, GAMMA_22, GAMMA_28, HLG, LINEAR, PQ, ColourSpace
from cyclegan.reading.colour import to_srgb
from cyclegan.reading.described import decode
from cyclegan.reading.read import open_picture
from pictures import landscape
from specimens import PNG_SIGNATURE, chunk
from uploads import file_of

Light = NDArray[np.float64]  # (H, W, 3), with 1 for the white of a page
SDR, BT709_CURVE, UNKNOWN = 13, 1, 2
BT709 = 1

# From the light of sRGB to that of BT.2020 (ITU-R BT.2087) and of Display P3 (CSS Color 4).
MATRICES: Final = {
    BT709: np.eye(3),
    BT2020: np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.088, 0.8956]]),
    DISPLAY_P3: np.array([[0.82246, 0.17754, 0], [0.03319, 0.96681, 0], [0.01708, 0.0724, 0.91052]]),
}


def srgb_light(picture: Image.Image) -> Light:
    signal = np.asarray(picture) / 255
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def srgb_signal(light: Light) -> Light:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def pq_signal(light: Light) -> Light:
    power = (light * 203 / 10_000) ** (2610 / 16384)
    signal: Light = ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    return signal


def hlg_signal(light: Light) -> Light:
    shown = light * 0.203
    luminance = (shown @ [0.2627, 0.678, 0.0593])[..., None]
    scene = shown * np.where(luminance > 0, luminance, 1) ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log((12 * scene - b).clip(1e-9)) + c)


SIGNALS: Final[dict[int, Callable[[Light], Light]]] = {
    SDR: srgb_signal,
    BT709_CURVE: srgb_signal,
    UNKNOWN: srgb_signal,
    GAMMA_22: lambda light: light ** (1 / 2.2),
    GAMMA_28: lambda light: light ** (1 / 2.8),
    LINEAR: lambda light: light,
    PQ: pq_signal,
    HLG: hlg_signal,
}
SPACES: Final = [
    ColourSpace(DISPLAY_P3, SDR),
    ColourSpace(DISPLAY_P3, UNKNOWN),
    ColourSpace(BT2020, SDR),
    ColourSpace(BT2020, BT709_CURVE),
    ColourSpace(BT2020, PQ),
    ColourSpace(BT2020, HLG),
    ColourSpace(DISPLAY_P3, PQ),
    ColourSpace(BT709, PQ),
    ColourSpace(BT709, GAMMA_22),
    ColourSpace(BT709, GAMMA_28),
    ColourSpace(BT2020, LINEAR),
]
PHOTO: Final = landscape(160, 120)


def in_space(picture: Image.Image, space: ColourSpace, bits: int) -> NDArray[np.uint16]:
    """Returns the samples of an sRGB picture in another space, (H, W, 3) of `bits` bits."""
    signal = SIGNALS[space.transfer](srgb_light(picture) @ MATRICES[space.primaries].T)
    return np.rint(signal.clip(0, 1) * (2**bits - 1)).astype(np.uint16)


def difference(one: Image.Image | NDArray[np.uint8], other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def read(data: bytes) -> Image.Image:
    return decode(open_picture(BytesIO(data)), data)


def nclx(space: ColourSpace) -> bytes:
    return b"colrnclx" + space.primaries.to_bytes(2, "big") + space.transfer.to_bytes(2, "big")


def described(data: bytes, space: ColourSpace) -> bytes:
    """Returns a HEIC or AVIF with other code points."""
    place = data.index(b"colrnclx")
    new = nclx(space)
    return data[:place] + new + data[place + len(new) :]


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("bits", [10, 12])
def test_deep_samples_of_every_space_become_srgb(space: ColourSpace, bits: int) -> None:
    assert difference(to_srgb(in_space(PHOTO, space, bits), bits, space), PHOTO) < (
        2 if space.transfer == LINEAR else 0.5
    )


@pytest.mark.parametrize("space", SPACES)
def test_a_heic_of_ten_bits_looks_as_in_srgb(space: ColourSpace) -> None:
    samples = in_space(PHOTO, space, 10) << 6
    file = BytesIO()
    heic = from_bytes("RGB;16", PHOTO.size, samples.astype("<u2").tobytes())
    heic.save(file, quality=-1, chroma=444, matrix_coefficients=0)
    data = described(file.getvalue(), space)
    assert difference(read(data), PHOTO) < 2


@pytest.mark.parametrize("space", SPACES)
def test_an_avif_looks_as_in_srgb(space: ColourSpace) -> None:
    samples = in_space(PHOTO, space, 8).astype(np.uint8)
    data = described(file_of(Image.fromarray(samples), "AVIF", quality=100, subsampling="4:4:4"), space)
    # Eight bits of light are few; so are, with the losses of the codec, those of PQ.
    assert difference(read(data), PHOTO) < {LINEAR: 8, PQ: 3}.get(space.transfer, 2)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_png_looks_as_in_srgb(space: ColourSpace, mode: str) -> None:
    samples = in_space(PHOTO, space, 8).astype(np.uint8)
    data = file_of(Image.fromarray(samples).convert(mode), "PNG")
    after_header = len(PNG_SIGNATURE) + 25
    points = chunk(b"cICP", bytes([space.primaries, space.transfer, 0, 1]))
    found = read(data[:after_header] + points + data[after_header:])
    assert found.mode == mode
    assert difference(found.convert("RGB"), PHOTO) < (8 if space.transfer == LINEAR else 2)


@pytest.mark.parametrize("transfer", [SDR, BT709_CURVE, UNKNOWN])
def test_samples_of_srgb_stay_as_they_are(transfer: int) -> None:
    assert ColourSpace(BT709, transfer).is_srgb
    data = described(file_of(PHOTO, "AVIF", quality=100), ColourSpace(BT709, transfer))
    assert difference(read(data), Image.open(BytesIO(data))) == 0


def test_lights_beyond_white_stay_apart_and_darker_ones_as_they_are() -> None:
    light = np.linspace(0, 5, 500)[None, :, None] * np.ones(3)
    levels = to_srgb(np.rint(pq_signal(light) * 1023).astype(np.uint16), 10, ColourSpace(BT709, PQ))[0, :, 0]
    steps = np.diff(levels.astype(int))
    assert (steps >= 0).all()
    assert levels[-1] == 255
    assert levels[100] < levels[200] < levels[300] < 255  # one, two and three times white
    assert abs(int(levels[50]) - 188) <= 1  # half of white


def test_fine_steps_of_ten_bits_are_kept() -> None:
    """A sky of 8-bit PQ would have bands: it has about half as many levels below white."""
    light = np.tile(np.linspace(0.2, 1, 2000)[None, :, None], (4, 1, 3))
    ten, eight = (
        to_srgb(np.rint(pq_signal(light) * (2**bits - 1)).astype(np.uint16), bits, ColourSpace(BT709, PQ))
        for bits in (10, 8)
    )
    assert len(np.unique(ten)) == 256 - int(ten.min())
    assert len(np.unique(eight)) < len(np.unique(ten)) / 1.5


def test_an_icc_profile_comes_before_code_points() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = described(file_of(PHOTO, "AVIF", icc_profile=profile), ColourSpace(BT2020, PQ))
    assert difference(read(data), Image.open(BytesIO(data))) == 0
