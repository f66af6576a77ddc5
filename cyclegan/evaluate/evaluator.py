"""Scores paintings of test photos: how close they are to a style's own paintings, and how much content they keep."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn.functional import cosine_similarity

from cyclegan.evaluate.artefacts import Artefacts, measure_artefacts, picture_palette
from cyclegan.evaluate.features import FeatureExtractor
from cyclegan.evaluate.kid import kernel_inception_distance, pooled
from cyclegan.pictures import to_picture
from cyclegan.reading.read import load_picture
from cyclegan.tensors import to_tensor
from cyclegan.torchvision_cpu import make_grid

GRID_PHOTOS = 6  # at most
GRID_SIDE = 192  # pixels, of each square picture

Paint = Callable[[Tensor], Tensor]  # (1, 3, H, W) in [-1, 1] → the same


@dataclass(frozen=True)
class Evaluation(Artefacts):
    """The scores of a set of pictures: what is wrong with them to the eye, and the following.

    `kid` is the kernel inception distance to the paintings × 1000; lower is closer.
    `content` is the mean cosine similarity of photo and painting over all positions of EfficientNet-Lite0's last
    feature maps, at most 1: 1 means that the painting shows the same things in the same places as the photo.
    """

    kid: float
    content: float


class Evaluator:
    """Compares paintings of test photos with a style's own paintings.

    The constructor computes the features of both sets of pictures, and the palette of the paintings, once.
    Raises PictureError when a picture can't be read.
    """

    def __init__(self, photos: Sequence[Path], paintings: Sequence[Path]) -> None:
        self._extract = FeatureExtractor()
        self._photos = list(photos)
        palettes: list[NDArray[np.float64]] = []

        def note_palette(picture: Image.Image) -> Image.Image:
            palettes.append(picture_palette(picture))
            return picture

        self._reference = pooled(self._extract(note_palette(load_picture(path)) for path in paintings))
        self._palette = np.concatenate(palettes)
        self._originals = self._extract(load_picture(path) for path in photos)

    def __call__(self, paint: Paint) -> Evaluation:
        """Scores what `paint` makes of the test photos at their own size."""
        return self.evaluate(self.paintings(paint))

    def paintings(self, paint: Paint) -> Iterator[Image.Image]:
        """Yields the paintings of the test photos at their own size, in order; each is painted on demand."""
        return (_apply(paint, load_picture(photo)) for photo in self._photos)

    def evaluate(self, pictures: Iterable[Image.Image]) -> Evaluation:
        """Scores finished RGB pictures, one for each test photo, in the same order."""
        finished = list(pictures)
        features = self._extract(finished)
        content = cosine_similarity(features, self._originals, dim=1).mean().item()
        artefacts = measure_artefacts(map(load_picture, self._photos), finished, self._palette)
        return Evaluation(**asdict(artefacts), kid=self._kid(features), content=round(content, 4))

    def evaluate_photos(self) -> Evaluation:
        """Scores the test photos themselves, the baseline from which training starts."""
        photos = [load_picture(path) for path in self._photos]
        artefacts = measure_artefacts(photos, photos, self._palette)
        return Evaluation(**asdict(artefacts), kid=self._kid(self._originals), content=1.0)

    def _kid(self, features: Tensor) -> float:
        """× 1000."""
        return round(1000 * kernel_inception_distance(pooled(features), self._reference), 2)

    def grid(self, paint: Paint, restore: Paint) -> Image.Image:
        """Returns the same few photos every time, one column each: the photo, its painting, and the photo restored."""
        columns = self._photos[:: max(1, len(self._photos) // GRID_PHOTOS)][:GRID_PHOTOS]
        squares = (load_picture(path).resize((GRID_SIDE, GRID_SIDE), Image.Resampling.LANCZOS) for path in columns)
        photos = torch.stack([to_tensor(square) for square in squares])
        with torch.inference_mode():
            paintings = torch.cat([paint(photo) for photo in photos.split(1)])
            restored = torch.cat([restore(painting) for painting in paintings.split(1)])
        grid = make_grid(torch.cat([photos, paintings, restored]), nrow=len(columns), padding=0)
        return to_picture(grid.permute(1, 2, 0).numpy())


def _apply(paint: Paint, picture: Image.Image) -> Image.Image:
    with torch.inference_mode():
        painting = paint(to_tensor(picture).unsqueeze(0))[0]
    return to_picture(painting.permute(1, 2, 0).numpy())
