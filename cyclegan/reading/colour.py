"""Converts samples of other colour spaces to sRGB: wide gamuts, and the high dynamic range of PQ and HLG."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cyclegan.reading.code_points import BT2020, DISPLAY_P3, GAMMA_22, GAMMA_28, HLG, LINEAR, PQ, ColourSpace

Samples = NDArray[np.uint8] | NDArray[np.uint16]  # (H, W, 3)
Linear = NDArray[np.float32]  # light, with 1 for the white of a page
Curve = NDArray[np.float32]  # the light of each sample value

HDR: Final = (PQ, HLG)
GAMMAS: Final = {GAMMA_22: 2.2, GAMMA_28: 2.8, LINEAR: 1.0}
BT709: Final = 1
# Code point → chromaticities (x, y) of red, green, blue and white.
D65: Final = (0.3127, 0.329)
PRIMARIES: Final[dict[int, tuple[tuple[float, float], ...]]] = {
    BT709: ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06), D65),
    BT2020: ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046), D65),
    DISPLAY_P3: ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), D65),
}

PAGE_WHITE: Final = 203.0  # cd/m²: the white of a page in HDR pictures (ITU-R BT.2408)
PQ_PEAK: Final = 10_000.0  # cd/m²
HLG_PEAK: Final = 1_000.0  # cd/m², with the system gamma below (ITU-R BT.2100)
HLG_GAMMA: Final = 1.2
KNEE: Final = 0.85  # of the page's white: lights above it make room for those beyond white
LUMINANCE: Final = np.array([0.2627, 0.678, 0.0593], np.float32)  # of BT.2020, the primaries of HLG
LEVELS: Final = 2**16 - 1
ROWS: Final = 64  # converted at a time, since floats take four times the memory of bytes


def to_srgb(samples: Samples, bits: int, space: ColourSpace) -> NDArray[np.uint8]:
    """Converts (H, W, 3) samples of `bits` bits to sRGB in 0…255.

    The page's white of PQ and HLG becomes white. Lights beyond it are pressed into the range above KNEE; in a picture
    without any, nothing is. Colours that sRGB lacks are clipped.
    """
    curve = _curve(space.transfer, bits)
    matrix = _to_bt709(space.primaries)
    bands = range(0, len(samples), ROWS)
    peak = 1.0
    if space.transfer in HDR:
        peak = max(float(_light(samples[top : top + ROWS], curve, space, matrix).max()) for top in bands)
    converted = np.empty(samples.shape, np.uint8)
    for top in bands:
        light = _light(samples[top : top + ROWS], curve, space, matrix)
        if peak > 1:
            light = _press(light, peak)
        levels = (light.clip(0, 1) * LEVELS + 0.5).astype(np.uint16)
        converted[top : top + ROWS] = _srgb_bytes()[levels]
    return converted


def _light(samples: Samples, curve: Curve, space: ColourSpace, matrix: Linear) -> Linear:
    light = curve[samples]
    if space.transfer == HLG:
        # The camera's light, up to 1 → the screen's: each pixel is scaled by a power of its luminance.
        luminance = (light @ LUMINANCE)[..., None]
        light = light * luminance ** np.float32(HLG_GAMMA - 1) * np.float32(HLG_PEAK / PAGE_WHITE)
    return light @ matrix.T


def _press(light: Linear, peak: float) -> Linear:
    """Presses KNEE…peak into KNEE…1 (Reinhard et al., 2002, equation 4), by the largest channel, so that hues stay."""
    most = light.max(-1, keepdims=True)
    beyond = (most - KNEE).clip(0) / (1 - KNEE)
    farthest = (peak - KNEE) / (1 - KNEE)
    pressed = KNEE + (1 - KNEE) * beyond * (1 + beyond / farthest**2) / (1 + beyond)
    return np.where(most > KNEE, light * (pressed / most.clip(KNEE)), light).astype(np.float32)


@lru_cache(maxsize=8)
def _curve(transfer: int, bits: int) -> Curve:
    """Returns the light of every sample value: of the screen, or with HLG of the camera."""
    signal = np.arange(2**bits) / (2**bits - 1)
    if transfer == PQ:  # SMPTE ST 2084
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        power = signal ** (1 / m2)
        light = ((power - c1).clip(0) / (c2 - c3 * power)) ** (1 / m1) * PQ_PEAK / PAGE_WHITE
    elif transfer == HLG:  # ITU-R BT.2100
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    elif transfer in GAMMAS:
        light = signal ** GAMMAS[transfer]
    else:
        light = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    curve: Curve = light.astype(np.float32)
    return curve


@lru_cache(maxsize=1)
def _srgb_bytes() -> NDArray[np.uint8]:
    """Returns the sRGB byte of each level of light, 0…LEVELS."""
    light = np.arange(LEVELS + 1) / LEVELS
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    levels: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return levels


@lru_cache(maxsize=4)
def _to_bt709(primaries: int) -> Linear:
    """Returns the matrix from light of these primaries to light of sRGB's, (3, 3)."""
    known = primaries if primaries in PRIMARIES else BT709
    return (np.linalg.inv(_to_xyz(BT709)) @ _to_xyz(known)).astype(np.float32)


def _to_xyz(primaries: int) -> NDArray[np.float64]:
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in PRIMARIES[primaries]]).T
    scale: NDArray[np.float64] = np.linalg.solve(columns[:, :3], columns[:, 3])
    return columns[:, :3] * scale
