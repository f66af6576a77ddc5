"""Builds the table of `evaluate`: a row of scores for each checkpoint, artifact or folder of finished pictures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from cyclegan.checkpoints import load_generator
from cyclegan.engines.torchscript import load_script
from cyclegan.evaluate.evaluator import Evaluation, Evaluator
from cyclegan.folders import FolderError, find_pictures
from cyclegan.reading.read import load_picture

HEADINGS = ("", "KID × 1000", "gap closed", "content", "contours", "p99", "colours", "detail", "palette")
FID_HEADING = "FID"  # of an optional last column

Distance = Callable[[Iterable[Image.Image]], float]  # from RGB pictures to the paintings


def evaluate_all(
    subjects: Sequence[Path], photos: Sequence[Path], paintings: Sequence[Path], fid: Distance | None = None
) -> Iterator[tuple[str, ...]]:
    """Yields the rows below HEADINGS: first the photos themselves, then each subject.

    A subject is a checkpoint of train.py, published float weights, an artifact (with its card beside it), or a folder
    with one picture for each of `photos`, in the same order. "Gap closed" is the share of the photos' KID that the
    subject removes; the columns after content are those of evaluate.artefacts. If `fid` is given, its value ends every
    row.
    Raises FolderError, CheckpointError or EngineError for a subject that can't be used.
    """
    evaluator = Evaluator(photos, paintings)
    untouched = evaluator.evaluate_photos()
    yield (*_row("photos, untouched", untouched, untouched), *_fid_cell(fid, map(load_picture, photos)))
    for subject in subjects:
        pictures = _pictures(subject, evaluator, len(photos))
        if fid is not None:
            pictures = list(pictures)  # so that both measures share one painting
        yield (*_row(str(subject), evaluator.evaluate(pictures), untouched), *_fid_cell(fid, pictures))


def format_table(rows: Sequence[tuple[str, ...]]) -> str:
    """Aligns the rows as text: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
    return "\n".join(lines)


def _pictures(subject: Path, evaluator: Evaluator, photos: int) -> Iterable[Image.Image]:
    if subject.is_dir():
        pictures = find_pictures(subject)
        if len(pictures) != photos:
            raise FolderError(
                f"{subject} holds {len(pictures)} pictures, but there are {photos} photos: "
                "give a folder with one picture for each photo."
            )
        return map(load_picture, pictures)
    if subject.suffix == ".pt" and subject.with_suffix(".json").is_file():
        return evaluator.paintings(load_script(subject))
    return evaluator.paintings(load_generator(subject)[0])


def _row(name: str, evaluation: Evaluation, untouched: Evaluation) -> tuple[str, ...]:
    return (
        name,
        f"{evaluation.kid:.1f}",
        f"{1 - evaluation.kid / untouched.kid:.0%}",
        f"{evaluation.content:.3f}",
        f"{evaluation.contours:.2f}",
        f"{evaluation.contours_p99:.1f}",
        f"{evaluation.colours:.2f}",
        f"{evaluation.detail:.2f}",
        f"{evaluation.palette:.1f}",
    )


def _fid_cell(fid: Distance | None, pictures: Iterable[Image.Image]) -> tuple[str, ...]:
    return () if fid is None else (f"{fid(pictures):.1f}",)
