"""POST /api/inside, for the architecture page: shows what each layer of the network makes of a photo."""

from collections.abc import Callable
from contextlib import closing
from typing import Any, Final, cast

from flask import Blueprint, current_app
from PIL import Image

from cyclegan.inspect.inspection import Inspector, Maps
from cyclegan.pictures import Pixels, to_picture, to_pixels
from webapp.api.sheets import PICTURE_QUALITY, SHEET_QUALITY, columns_of, data_url, draw_change, draw_maps, draw_scores
from webapp.api.upload import join_queue, read_upload
from webapp.intake.photo import read_photo
from webapp.settings import Settings

SIDE: Final = 256  # pixels, the longer side of the inspected photo; the response is about 1 MB
LEAST_SIDE: Final = 72  # pixels; a score sees 70
MULTIPLE: Final = 8  # of both sides, so that every map covers exactly the photo

blueprint = Blueprint("inspect", __name__)


@blueprint.post("/api/inside")
def inspect() -> dict[str, Any]:
    """Responds with the maps of every layer, and with the discriminator's scores of the photo and the painting."""
    settings = cast(Settings, current_app.extensions["settings"])
    inspector = cast(Callable[[], Inspector], current_app.extensions["inspector"])
    with closing(join_queue()) as place:
        upload = read_upload()
        photo = to_pixels(place.decode(lambda: fit(read_photo(upload, settings.max_pixels, SIDE))))
        # The inspector is loaded and the maps are drawn within the turn, too, so that only one photo's maps, some
        # 60 MB, exist at a time.
        return place.run(lambda: describe(inspector(), photo))


def fit(photo: Image.Image) -> Image.Image:
    """Resizes the photo, keeping its aspect ratio as nearly as possible: a narrow one is stretched to LEAST_SIDE."""
    scale = min(SIDE / max(photo.size), max(1, LEAST_SIDE / min(photo.size)))
    width, height = (max(LEAST_SIDE, MULTIPLE * round(side * scale / MULTIPLE)) for side in photo.size)
    return photo.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def describe(inspector: Inspector, photo: Pixels) -> dict[str, Any]:
    """Returns the response of the API as JSON."""
    found = inspector.inspect(photo)
    height, width, _ = photo.shape
    *inner, change = found.maps
    return {
        "width": width,
        "height": height,
        "photo": data_url(to_picture(photo), PICTURE_QUALITY),
        "painting": data_url(to_picture(found.painting), PICTURE_QUALITY),
        "layers": [
            *(_layer(maps, columns_of(maps), draw_maps(maps), SHEET_QUALITY) for maps in inner),
            _layer(change, 1, draw_change(change), PICTURE_QUALITY),
        ],
        "judge": {"photo": _judged(inspector, photo), "painting": _judged(inspector, found.painting)},
    }


def _layer(maps: Maps, columns: int, sheet: Image.Image, quality: int) -> dict[str, Any]:
    count, height, width = maps.shape
    return {"maps": count, "width": width, "height": height, "columns": columns, "image": data_url(sheet, quality)}


def _judged(inspector: Inspector, picture: Pixels) -> dict[str, Any]:
    scores = inspector.score(picture)
    image = data_url(draw_scores(picture, scores), PICTURE_QUALITY)
    return {"mean": round(float(scores.mean()), 3), "image": image}
