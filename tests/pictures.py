"""Pictures that the tests draw themselves, so that none have to be committed."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float64]  # (H, W)
Colour = tuple[float, float, float]  # RGB in [0, 255]

SKY: tuple[Colour, Colour] = ((86, 142, 205), (236, 222, 204))  # zenith, horizon
HILLS: tuple[Colour, ...] = ((128, 148, 164), (96, 126, 108), (74, 104, 58))  # far to near
MEADOW: Colour = (112, 136, 64)
FOLIAGE: Colour = (46, 74, 38)
TRUNK: Colour = (72, 54, 40)
LIGHT = np.array([1.0, 1.0, 0.9])  # warm light, which noise adds to a colour


def landscape(width: int, height: int, seed: int = 0) -> Image.Image:
    """Returns an RGB scene of sky, clouds, hills, a meadow and trees, with texture at every scale; any size ≥ 1."""
    return _draw(width, height, seed).copy()


@lru_cache(maxsize=32)
def _draw(width: int, height: int, seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    canvas = _sky(y, noise(random, width, height))
    for depth, colour in enumerate(HILLS):
        ridge = 0.42 + 0.1 * depth + _ridge(random, x, amplitude=0.07 / (1 + depth))
        shade = noise(random, width, height) * (14 + 10 * depth)
        _cover(canvas, y > ridge, colour, shade)
    meadow = 0.7 + _ridge(random, x, amplitude=0.02)
    _cover(canvas, y > meadow, MEADOW, noise(random, width, height) * 30 + random.normal(0, 9, (height, width)))
    for _ in range(6):
        _plant(canvas, random, x, y, width / height)
    canvas += random.normal(0, 3, canvas.shape)  # a camera's grain
    return Image.fromarray(canvas.clip(0, 255).astype(np.uint8))


def noise(random: np.random.Generator, width: int, height: int) -> Plane:
    """Returns smooth noise of several octaves: (height, width), about [-1, 1]."""
    total = np.zeros((height, width))
    for octave in range(1, 6):
        cells = random.uniform(-1, 1, (2**octave + 1, 2**octave + 1)).astype(np.float32)
        smooth = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(smooth) / octave
    return total / 2


def _sky(y: Plane, clouds: Plane) -> NDArray[np.float64]:
    zenith, horizon = (np.array(colour) for colour in SKY)
    blue = zenith + (horizon - zenith) * (y / 0.5).clip(0, 1)[..., None]
    sky: NDArray[np.float64] = blue + (255 - blue) * (clouds * 1.4 - 0.2).clip(0, 0.85)[..., None]
    return sky


def _ridge(random: np.random.Generator, x: Plane, amplitude: float) -> Plane:
    """Returns a skyline over x: a sum of waves of falling height and random phase."""
    line = np.zeros_like(x)
    for wave in range(1, 7):
        line += np.sin(2 * np.pi * wave * x * 0.8 + random.uniform(0, 2 * np.pi)) / wave
    return line * amplitude


def _plant(canvas: NDArray[np.float64], random: np.random.Generator, x: Plane, y: Plane, aspect: float) -> None:
    foot = random.uniform(0.72, 0.95)
    size = 0.28 * (foot - 0.5)  # nearer trees stand lower and larger
    centre = random.uniform(0.05, 0.95)
    across = (x - centre) * aspect
    trunk = (np.abs(across) < 0.08 * size) & (y < foot) & (y > foot - 1.6 * size)
    _cover(canvas, trunk, TRUNK, np.zeros_like(x))
    height, width = x.shape
    texture = noise(random, width, height)
    crown = (across / size) ** 2 + ((y - foot + 2 * size) / (1.2 * size)) ** 2 < 1 + 0.5 * texture
    lit = 40 * (foot - 2 * size - y) / size + 25 * texture + random.normal(0, 12, x.shape)
    _cover(canvas, crown, FOLIAGE, lit)


def _cover(canvas: NDArray[np.float64], where: NDArray[np.bool_], colour: Colour, shade: Plane) -> None:
    canvas[where] = np.array(colour) + (shade[..., None] * LIGHT)[where]
