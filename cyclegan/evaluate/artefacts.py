"""Measures what eyes object to in paintings: contours and colours that the photo lacks, and its detail under the paint.

All figures compare CIE L*a*b* (D65) of small copies of photo and painting, so strokes don't count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float64]  # (H, W)
Lab = NDArray[np.float64]  # (H, W, 3): L* in 0…100, a*, b*

CONTOUR_SIDE: Final = 64  # pixels: at this size, a stroke is smaller than a pixel, and a cloud larger
COLOUR_SIDE: Final = 32  # pixels
DETAIL_SIDE: Final = 256  # pixels
CALM: Final = 1.0  # L*: a place of the photo is calm where no step to a neighbour, nor of a neighbour, reaches it
PALETTE_PIXELS: Final = 400  # of each picture
QUANTILES: Final = np.linspace(0.005, 0.995, 199)

SRGB_TO_XYZ: Final = np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
WHITE: Final = np.array([0.9505, 1.0, 1.089])  # D65


@dataclass(frozen=True)
class Artefacts:
    """The figures of a set of paintings; lower is better, but for the detail of photos whose owner wants it.

    `contours` is the mean step of lightness between neighbours, in L*, over the places where the photo is calm, and
    `contours_p99` that of the worst hundredth of these places: the hard rims of invented clouds. Photos have 0.4 and 1.
    `colours` is the mean distance, in a*b*, that is left when a smooth map of colours has done its best to turn the
    photo into the painting: patches of a colour that nothing in the photo calls for. Photos have 0.
    `detail` is the correlation of photo and painting in their finest scale: 1 is the photo untouched under the paint.
    `luminance` is the mean correlation of photo and painting in L*: near 0, they no longer show the same.
    `palette` is the distance (1-Wasserstein) of the paintings' pixels to those of the style, summed over L*, a*, b*.
    """

    contours: float
    contours_p99: float
    colours: float
    detail: float
    luminance: float
    palette: float


def measure_artefacts(
    photos: Iterable[Image.Image], paintings: Iterable[Image.Image], palette: NDArray[np.float64]
) -> Artefacts:
    """Compares RGB paintings with their photos, in the same order, and with the `palette` of a style.

    Contours are 0 when no photo has a calm place, as small or noisy pictures may not.
    """
    steps, colours, details, luminances, pixels = [], [], [], [], []
    for photo, painting in zip(photos, paintings, strict=True):
        steps.append(steps_where_calm(photo, painting))
        colours.append(unexplained_colour(photo, painting))
        details.append(shared_detail(photo, painting))
        luminances.append(shared_luminance(photo, painting))
        pixels.append(picture_palette(painting))
    found = np.concatenate(steps)
    return Artefacts(
        contours=round(float(found.mean()), 3) if len(found) else 0.0,
        contours_p99=round(float(np.quantile(found, 0.99)), 2) if len(found) else 0.0,
        colours=round(float(np.mean(colours)), 3),
        detail=round(float(np.mean(details)), 4),
        luminance=round(float(np.mean(luminances)), 4),
        palette=round(palette_distance(np.concatenate(pixels), palette), 2),
    )


def steps_where_calm(photo: Image.Image, painting: Image.Image) -> NDArray[np.float64]:
    """Returns the painting's largest step of L* to a neighbour at each place where the photo is calm, (N,)."""
    calm = _neighbours_maximum(_steps(_thumbnail(photo, CONTOUR_SIDE)[..., 0])) < CALM
    found: NDArray[np.float64] = _steps(_thumbnail(painting, CONTOUR_SIDE)[..., 0])[calm]
    return found


def unexplained_colour(photo: Image.Image, painting: Image.Image) -> float:
    """Returns how far, in a*b*, the painting is from the best cubic map of its photo's L*a*b*: a root mean square.

    The map is fitted to each pair alone.
    """
    before, after = (_thumbnail(picture, COLOUR_SIDE).reshape(-1, 3) for picture in (photo, painting))
    terms = _cubic(before)
    left = after[:, 1:] - terms @ np.linalg.lstsq(terms, after[:, 1:], rcond=None)[0]
    return float(np.sqrt((left**2).sum(1).mean()))


def shared_detail(photo: Image.Image, painting: Image.Image) -> float:
    """Returns the correlation of what 3×3 means take away from the two pictures; 0 when one of them is flat."""
    return _correlation(_finest(photo), _finest(painting))


def shared_luminance(photo: Image.Image, painting: Image.Image) -> float:
    """Returns the correlation of the two pictures in L*; 0 when one of them is flat."""
    return _correlation(*(_thumbnail(picture, CONTOUR_SIDE)[..., 0] for picture in (photo, painting)))


def picture_palette(picture: Image.Image) -> NDArray[np.float64]:
    """Returns L*a*b* of evenly spread pixels of a picture, (PALETTE_PIXELS, 3)."""
    side = int(np.sqrt(PALETTE_PIXELS))
    # Nearest, for means would be greyer than any pixel.
    spread = picture.resize((side, side), Image.Resampling.NEAREST)
    return to_lab(np.asarray(spread)).reshape(-1, 3)


def palette_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Returns the 1-Wasserstein distance of two sets of pixels, (N, 3) and (M, 3), summed over L*, a* and b*."""
    quantiles = np.abs(np.quantile(one, QUANTILES, axis=0) - np.quantile(other, QUANTILES, axis=0))
    return float(quantiles.mean(0).sum())


def to_lab(pixels: NDArray[np.uint8]) -> Lab:
    """Converts sRGB in 0…255, (H, W, 3), to CIE L*a*b*."""
    encoded = pixels / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = linear @ SRGB_TO_XYZ / WHITE
    x, y, z = np.moveaxis(np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _thumbnail(picture: Image.Image, side: int) -> Lab:
    return to_lab(np.asarray(picture.resize((side, side), Image.Resampling.BOX)))


def _correlation(one: Plane, other: Plane) -> float:
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / scale if scale else 0.0


def _steps(lightness: Plane) -> Plane:
    """Returns the largest difference to one of the eight neighbours, at every place."""
    return np.max([np.abs(neighbour - lightness) for neighbour in _neighbourhood(lightness)], axis=0)  # type: ignore[no-any-return]


def _neighbours_maximum(plane: Plane) -> Plane:
    return np.max(_neighbourhood(plane), axis=0)  # type: ignore[no-any-return]


def _neighbourhood(plane: Plane) -> Sequence[Plane]:
    """Returns a plane shifted by -1, 0 and 1 in both directions, with its edge repeated: nine planes of its shape."""
    h, w = plane.shape
    padded = np.pad(plane, 1, mode="edge")
    return [padded[top : top + h, left : left + w] for top in range(3) for left in range(3)]


def _cubic(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns all products of at most three of the normalized coordinates: (N, 3) → (N, 20)."""
    x = (lab - lab.mean(0)) / (lab.std(0) + 5)  # + 5: a nearly grey picture's noise must not become a colour
    products = [combination for degree in range(4) for combination in combinations_with_replacement(range(3), degree)]
    return np.stack([np.prod(x[:, list(combination)], axis=1) for combination in products], axis=1)


def _finest(picture: Image.Image) -> Plane:
    grey = picture.convert("L").resize((DETAIL_SIDE, DETAIL_SIDE), Image.Resampling.BICUBIC)
    plane = np.asarray(grey, dtype=np.float64)
    return plane - np.mean(_neighbourhood(plane), axis=0)  # type: ignore[no-any-return]
