"""How near paintings are to Monet, and how much of the photo is left in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import cosine_similarity

from cyclegan.evaluate.features import FeatureExtractor
from cyclegan.evaluate.kid import kernel_inception_distance, pooled
from cyclegan.pictures import load_picture, to_picture
from cyclegan.tensors import to_tensor

GRID_PHOTOS = 6
GRID_SIDE = 192  # pixels

Paint = Callable[[Tensor], Tensor]  # (1, 3, H, W) in [-1, 1] → the same


@dataclass(frozen=True)
class Evaluation:
    """`kid`: kernel inception distance to the paintings, × 1000; lower is nearer.

    `content`: the mean cosine similarity of photo and painting at each place of EfficientNet-Lite0's last feature
    maps; 1 where the painting shows the same things in the same places as the photo.
    """

    kid: float
    content: float


class Evaluator:
    """Holds paintings of test photos against a style's own paintings.

    The features of both sets of pictures are computed once.
    """

    def __init__(self, photos: Sequence[Path], paintings: Sequence[Path]) -> None:
        self._extract = FeatureExtractor()
        self._photos = list(photos)
        self._reference = pooled(self._extract(load_picture(path) for path in paintings))
        self._originals = self._extract(load_picture(path) for path in photos)

    def __call__(self, paint: Paint) -> Evaluation:
        """Of what `paint` makes of the test photos at their own size."""
        return self.evaluate(self.paintings(paint))

    def paintings(self, paint: Paint) -> Iterator[Image.Image]:
        """What `paint` makes of the test photos at their own size, in order, each when it is asked for."""
        return (_apply(paint, load_picture(photo)) for photo in self._photos)

    def evaluate(self, pictures: Iterable[Image.Image]) -> Evaluation:
        """Of finished pictures, one for each test photo in order."""
        features = self._extract(pictures)
        content = cosine_similarity(features, self._originals, dim=1).mean()
        kid = kernel_inception_distance(pooled(features), self._reference)
        return Evaluation(round(1000 * kid, 2), round(content.item(), 4))

    def evaluate_photos(self) -> Evaluation:
        """Of the test photos themselves: where training starts from."""
        return Evaluation(round(1000 * kernel_inception_distance(pooled(self._originals), self._reference), 2), 1.0)

    def grid(self, paint: Paint, restore: Paint) -> Image.Image:
        """The same few photos every time, a column each: the photo, its painting, and the photo restored from it."""
        columns = self._photos[:: max(1, len(self._photos) // GRID_PHOTOS)][:GRID_PHOTOS]
        grid = Image.new("RGB", (len(columns) * GRID_SIDE, 3 * GRID_SIDE))
        for column, path in enumerate(columns):
            photo = load_picture(path).resize((GRID_SIDE, GRID_SIDE), Image.Resampling.LANCZOS)
            painting = _apply(paint, photo)
            for row, picture in enumerate((photo, painting, _apply(restore, painting))):
                grid.paste(picture, (column * GRID_SIDE, row * GRID_SIDE))
        return grid


def _apply(paint: Paint, picture: Image.Image) -> Image.Image:
    with torch.inference_mode():
        painting = paint(to_tensor(picture).unsqueeze(0))[0]
    return to_picture(painting.permute(1, 2, 0).numpy())
