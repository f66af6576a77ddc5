"""python -m cyclegan paint"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from cyclegan.card import WEIGHTS, EngineError
from cyclegan.commands.command import Command, CommandError
from cyclegan.engines.load import load_engine

SAVED_FORMATS = {".jpg": "jpeg", ".png": "png", ".jpeg": "jpeg", ".webp": "webp"}  # suffix → key of SAVE_OPTIONS


@dataclass(frozen=True)
class Paint(Command):
    """Paint photos."""

    # Photos, or folders of photos.
    photos: Annotated[Positional[tuple[Path, ...]], arg(metavar="PHOTO [PHOTO ...]", help_behavior_hint="(required)")]

    # A file for one photo, a folder for several.
    output: Annotated[
        Path | None, arg(aliases=("-o",), metavar="PATH", help_behavior_hint="(default: PHOTO-monet.png)")
    ] = None

    # 1 to 5: each pass paints the result of the previous one.
    passes: int = 1

    # 0 to 100, per cent of the painting in its blend with the photo.
    strength: int = 100

    # 0 to 100, per cent of the photo's fine detail that is given back: for faces, signs and masts.
    detail: int = 0

    # 64 to 2048, pixels on the painting's longer side, never above the photo's own; "full" keeps all its pixels.
    size: int | Literal["full"] = 512

    # How broad the strokes are.
    brush: Literal["broad", "medium", "fine"] = "medium"

    # Any file of the style's artifact.
    weights: Annotated[Path, arg(metavar="FILE", help_behavior_hint="(default: weights/monet.pt)")] = WEIGHTS

    # What runs the network; "auto" takes the fastest engine that is installed.
    engine: Literal["openvino", "torchscript", "auto"] = "torchscript"

    def run(self) -> int:
        from tqdm import tqdm

        from cyclegan.paint.options import OptionError, PaintingOptions
        from cyclegan.paint.painter import Painter
        from cyclegan.pictures import PictureError, encode, load_picture

        try:
            options = PaintingOptions(self.passes, self.strength, self.detail, self.size, self.brush)
            targets = self._targets()
            painter = Painter(load_engine(self.weights, self.engine))
        except (EngineError, OptionError) as error:
            raise CommandError(str(error)) from error
        failed = 0
        for photo, target in tqdm(targets.items(), unit="photo", disable=len(targets) == 1):
            try:
                painting = painter.paint(load_picture(photo), options)
            except PictureError as error:
                tqdm.write(f"cyclegan: {error}", file=sys.stderr)
                failed += 1
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(encode(painting, SAVED_FORMATS[target.suffix.lower()]))
        return 1 if failed else 0

    def _targets(self) -> dict[Path, Path]:
        """Returns the file that each photo is painted into."""
        given, output = self.photos, self.output
        photos = _find_photos(given)
        if len(given) == 1 and not given[0].is_dir() and not (output and output.is_dir()):
            target = output or photos[0].with_name(f"{photos[0].stem}-monet.png")
            if target.suffix.lower() not in SAVED_FORMATS:
                raise CommandError(f"{target} has no known format: name it {', '.join(SAVED_FORMATS)}.")
            return {photos[0]: target}
        if output is not None and output.suffix.lower() in SAVED_FORMATS:
            raise CommandError(f"Several photos don't fit into the one file {output}: name a folder with --output.")
        targets = {photo: (output or photo.parent) / f"{photo.stem}-monet.png" for photo in photos}
        if len(set(targets.values())) < len(targets):
            raise CommandError("Two photos have the same name: paint them one by one, or rename one.")
        return targets


def _find_photos(given: Sequence[Path]) -> list[Path]:
    if not given:
        raise CommandError("Name at least one photo, or a folder of photos.")
    return [photo for path in given for photo in (_photos_in(path) if path.is_dir() else [path])]


def _photos_in(folder: Path) -> list[Path]:
    from cyclegan.folders import PICTURE_SUFFIXES

    photos = sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in PICTURE_SUFFIXES)
    if not photos:
        raise CommandError(f"The folder {folder} holds no photos.")
    return photos
