"""python -m cyclegan paint | download | evaluate | report | export | onnx"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from cyclegan.card import WEIGHTS, EngineError
from cyclegan.engines.load import DEFAULT, ENGINES, load_engine
from cyclegan.folders import PICTURE_SUFFIXES
from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import FULL, PASSES, SIZE, STRENGTH, OptionError, PaintingOptions, describe, parse_size
from cyclegan.paint.painter import Painter
from cyclegan.pictures import SAVE_OPTIONS, PictureError, encode, load_picture
from cyclegan.train.download import ARCHIVES, HOME, DownloadError, download

SAVED_FORMATS = {".jpg": "jpeg", **{f".{name}": name for name in SAVE_OPTIONS}}


class CommandError(ValueError):
    """A command line that can't be carried out; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return int(given.command(given))
    except (CommandError, DownloadError, EngineError, OptionError, PictureError) as error:
        print(f"cyclegan: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cyclegan", description="Paints photos like Monet.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_paint(commands.add_parser("paint", help="paint photos"))
    _add_download(commands.add_parser("download", help="fetch the pictures of a style, to train on"))
    _add_evaluate(commands.add_parser("evaluate", help="compare checkpoints, artifacts and folders of pictures"))
    _add_report(commands.add_parser("report", help="draw a training run into one HTML file"))
    _add_export(commands.add_parser("export", help="make the int8 artifact of a trained checkpoint"))
    _add_onnx(commands.add_parser("onnx", help="make an ONNX file of the float generator, for other runtimes"))
    return parser


def _add_paint(parser: argparse.ArgumentParser) -> None:
    options = PaintingOptions()
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="photos, or folders of photos")
    parser.add_argument("-o", "--output", type=Path, help="a file for one photo, a folder for several")
    for name, bounds in (("passes", PASSES), ("strength", STRENGTH), ("size", SIZE)):
        help_text = f"{describe(name, bounds)} (default {getattr(options, name)})"
        kind = _size if name == "size" else int
        parser.add_argument(f"--{name}", type=kind, default=getattr(options, name), help=help_text)
    parser.add_argument("--brush", choices=BRUSHES, default=options.brush, help=f"(default {options.brush})")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the artifact (default: weights/monet.pt)")
    parser.add_argument("--engine", choices=ENGINES, default=DEFAULT, help=f"(default {DEFAULT})")
    parser.set_defaults(command=_paint)


def _size(text: str) -> int | Literal["full"]:
    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a whole number nor {FULL}") from error


def _paint(given: argparse.Namespace) -> int:
    options = PaintingOptions(given.passes, given.strength, given.size, given.brush)
    targets = _targets(given.photos, given.output)
    painter = Painter(load_engine(given.weights, given.engine))
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


def _targets(given: Sequence[Path], output: Path | None) -> dict[Path, Path]:
    """Which file each photo is painted into."""
    photos = [photo for path in given for photo in _photos(path)]
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


def _photos(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    photos = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in PICTURE_SUFFIXES)
    if not photos:
        raise CommandError(f"The folder {path} holds no photos.")
    return photos


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subjects", nargs="+", type=Path, metavar="SUBJECT", help="a checkpoint, artifact or folder")
    _add_references(parser)
    parser.add_argument("--inception", action="store_true", help="add FID, as published tables have it")
    parser.add_argument(
        "--inception-weights", type=Path, metavar="FILE", help="what FID would fetch otherwise; implies --inception"
    )
    parser.set_defaults(command=_evaluate)


def _evaluate(given: argparse.Namespace) -> int:
    from cyclegan.checkpoints import CheckpointError
    from cyclegan.evaluate.fid import FrechetDistance, InceptionError
    from cyclegan.evaluate.kid import MIN_PICTURES
    from cyclegan.evaluate.table import FID_HEADING, HEADINGS, evaluate_all, format_table
    from cyclegan.folders import FolderError, readable_pictures

    try:
        photos, paintings = (
            readable_pictures(folder, at_least=MIN_PICTURES) for folder in (given.photos, given.paintings)
        )
        asked = given.inception or given.inception_weights
        fid = FrechetDistance(paintings, given.inception_weights) if asked else None
        headings = (*HEADINGS, FID_HEADING) if fid else HEADINGS
        print(format_table([headings, *evaluate_all(given.subjects, photos, paintings, fid)]))
    except (CheckpointError, FolderError, InceptionError) as error:
        raise CommandError(str(error)) from error
    return 0


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="the folder of a run")
    parser.add_argument("-o", "--output", type=Path, help="the file (default: RUN/report.html)")
    parser.set_defaults(command=_report)


def _report(given: argparse.Namespace) -> int:
    from cyclegan.train.report import ReportError, write_report

    output = given.output or given.run / "report.html"
    try:
        write_report(given.run, output)
    except ReportError as error:
        raise CommandError(str(error)) from error
    print(output)
    return 0


def _add_references(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--photos", type=Path, required=True, help="a folder of photos that training never saw")
    parser.add_argument("--paintings", type=Path, required=True, help="a folder of the style's paintings, for KID")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, help="a checkpoint of train.py")
    _add_references(parser)
    parser.add_argument("-o", "--output", type=Path, default=WEIGHTS, help="the artifact (default: weights/monet.pt)")
    parser.set_defaults(command=_export)


def _export(given: argparse.Namespace) -> int:
    # Only here: painting must not load what only training needs.
    from cyclegan.checkpoints import CheckpointError
    from cyclegan.evaluate.kid import MIN_PICTURES
    from cyclegan.evaluate.table import format_table
    from cyclegan.export.artifact import export
    from cyclegan.export.verify import ExportError
    from cyclegan.folders import FolderError, readable_pictures

    try:
        photos, paintings = (
            readable_pictures(folder, at_least=MIN_PICTURES) for folder in (given.photos, given.paintings)
        )
        card = export(given.checkpoint, photos, paintings, given.output)
    except (CheckpointError, FolderError, ExportError) as error:
        raise CommandError(str(error)) from error
    columns = ("kid", "content", "psnr_median", "psnr_worst", "ssim_median", "ssim_worst")
    rows = [(way, *(str(row.get(column, "")) for column in columns)) for way, row in card["fidelity"].items()]
    print(format_table([(f"{card['compared']} photos", *columns), *rows]))
    return 0


def _add_onnx(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("weights", type=Path, help="float weights (.safetensors) or a checkpoint of train.py")
    parser.add_argument("-o", "--output", type=Path, help="the file (default: WEIGHTS with the suffix .onnx)")
    parser.set_defaults(command=_onnx)


def _onnx(given: argparse.Namespace) -> int:
    output = given.output or given.weights.with_suffix(".onnx")
    try:
        from cyclegan.checkpoints import CheckpointError
        from cyclegan.export.onnx import OnnxError, export_onnx
    except ModuleNotFoundError as error:
        raise CommandError(
            f"ONNX needs the package {error.name}: run pip install --constraint constraints.txt --editable '.[onnx]'"
        ) from error
    try:
        difference = export_onnx(given.weights, output)
    except (CheckpointError, OnnxError) as error:
        raise CommandError(str(error)) from error
    print(f"{output}: paints at most {difference:.1g} away from the float network, where colours are -1 to 1")
    return 0


def _add_download(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=ARCHIVES, metavar="NAME", help=", ".join(ARCHIVES))
    parser.add_argument("-o", "--output", type=Path, default=Path("data"), help="where NAME/ goes (default: data/)")
    parser.add_argument("--mirror", default=HOME, help=f"another server's folder with NAME.zip (default: {HOME})")
    parser.set_defaults(command=_download)


def _download(given: argparse.Namespace) -> int:
    target = given.output / given.name
    try:
        fetched = download(ARCHIVES[given.name], given.output, given.mirror)
    except KeyboardInterrupt as interrupt:
        raise CommandError("Stopped; the same command goes on from where it stopped.") from interrupt
    print(
        f"{target}: paintings in trainA and testA, photos in trainB and testB"
        if fetched
        else f"{target} is already there."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
