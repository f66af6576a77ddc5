"""Sets how broad the strokes are, independently of the painting's size.

The network's strokes have a fixed size in pixels: relative to a picture painted twice as large, they are half as broad.
So the broad strokes come from a smaller painting, and the finer detail from the painting at full size, as in a
Laplacian pyramid (Burt and Adelson, 1983).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cyclegan.pictures import bands, shrink

# The longer side, in pixels, of the smaller painting that provides the strokes; None uses no smaller painting.
BRUSHES: Final[dict[str, int | None]] = {"broad": 256, "medium": 512, "fine": None}


def broaden(painting: Image.Image, smaller: Image.Image) -> None:
    """Gives `painting` the strokes of `smaller`, in place: painting + up(smaller - down(painting)). Both are RGB."""
    change = _samples(smaller) - _samples(shrink(painting, smaller.size))
    channels = [Image.fromarray(change[:, :, channel]) for channel in range(3)]
    scale = smaller.height / painting.height
    for top, rows in bands(painting):
        box = (0, top * scale, smaller.width, (top + rows.height) * scale)
        band = _samples(rows)
        for channel, layer in enumerate(channels):
            band[:, :, channel] += np.asarray(layer.resize(rows.size, Image.Resampling.BICUBIC, box=box))
        painting.paste(Image.fromarray(np.rint(band.clip(0, 255)).astype(np.uint8)), (0, top))


def _samples(picture: Image.Image) -> NDArray[np.float32]:
    return np.asarray(picture, dtype=np.float32)
