"""python -m cyclegan paint"""

import json
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from tyro.conf import Positional, arg

from cyclegan.card import WEIGHTS, EngineError
from cyclegan.commands.command import Command, CommandError, UsageError

if TYPE_CHECKING:
    from cyclegan.batch.plan import Task
    from cyclegan.batch.work import Outcome, Studio

STREAM: Final = "-"  # stands for standard input or output


@dataclass(frozen=True)
class Paint(Command):
    """Paint photos."""

    # Photos, folders of photos, or "-" for standard input. With --on, also URLs such as s3://bucket/folder.
    photos: Annotated[Positional[tuple[str, ...]], arg(metavar="PHOTO [PHOTO ...]", help_behavior_hint="(required)")]

    # A file for one photo, a folder for several, or "-" for standard output.
    output: Annotated[
        str | None, arg(aliases=("-o",), metavar="PATH", help_behavior_hint="(default: PHOTO-monet.png)")
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

    # Format of the paintings, where no file is named.
    format: Literal["png", "jpeg", "webp"] = "png"

    # Any file of the style's artifact.
    weights: Annotated[Path, arg(metavar="FILE", help_behavior_hint="(default: weights/monet.pt)")] = WEIGHTS

    # What runs the network; "auto" takes the fastest engine that is installed.
    engine: Literal["openvino", "torchscript", "auto"] = "torchscript"

    # Paint on the Dask cluster with this scheduler, such as tcp://scheduler:8786.
    on: Annotated[str | None, arg(metavar="ADDRESS", help_behavior_hint="(default: this machine)")] = None

    # Report each photo as a line of JSON on standard output.
    json: bool = False

    def run(self) -> int:
        from cyclegan.batch.places import PlaceError
        from cyclegan.batch.plan import PlanError, make_plan
        from cyclegan.batch.work import Outcome, Studio
        from cyclegan.paint.options import OptionError, PaintingOptions

        try:
            options = PaintingOptions(self.passes, self.strength, self.detail, self.size, self.brush)
            studio = Studio(options, self.weights, self.engine)
            if STREAM in (*self.photos, self.output):
                return self._paint_stream(studio)
            plan = make_plan(self.photos, self.output, self.format)
            studio.artifact  # noqa: B018 (fails before the first photo)
        except (OptionError, PlaceError, PlanError) as error:
            raise UsageError(str(error)) from error
        except EngineError as error:
            raise CommandError(str(error)) from error
        for name, reason in plan.skipped.items():
            self._report(Outcome(name, "", "skipped", reason))
        return self._paint_all(studio, plan.tasks)

    def _paint_all(self, studio: "Studio", tasks: "Sequence[Task]") -> int:
        from tqdm import tqdm

        from cyclegan.batch.work import WriteError

        tally: Counter[str] = Counter()
        bar = tqdm(total=len(tasks), unit="photo", disable=len(tasks) == 1)
        try:
            with bar, closing(self._outcomes(studio, tasks)) as outcomes:
                for outcome in outcomes:
                    tally[outcome.status] += 1
                    bar.update()
                    self._report(outcome)
        except WriteError as error:
            raise CommandError(f"{error}: {_count(tally, tasks)}.") from error
        except KeyboardInterrupt:
            raise CommandError(f"Stopped: {_count(tally, tasks)}. The same command does the rest.") from None
        if len(tasks) > 1:
            print(", ".join(f"{number} {status}" for status, number in sorted(tally.items())), file=sys.stderr)
        return 1 if tally["failed"] else 0

    def _outcomes(self, studio: "Studio", tasks: "Sequence[Task]") -> "Generator[Outcome]":
        if self.on is None:
            from cyclegan.batch.work import paint_here

            yield from paint_here(studio, tasks)
            return
        try:
            from cyclegan.batch.cluster import ClusterError, paint_on
        except ImportError as error:
            raise CommandError(f"--on needs the extra 'cluster' ({error}): install it.") from error
        try:
            yield from paint_on(self.on, studio, tasks)
        except ClusterError as error:
            raise CommandError(str(error)) from error

    def _report(self, outcome: "Outcome") -> None:
        from tqdm import tqdm

        if self.json:
            tqdm.write(json.dumps(asdict(outcome)), file=sys.stdout)
            sys.stdout.flush()  # whoever reads it follows the run
            return
        sentences = [f"{outcome.photo}: {notice}" for notice in outcome.notices]
        if outcome.status == "skipped":
            sentences.append(f"Skipped: {outcome.photo} ({outcome.reason}).")
        if outcome.status == "failed":
            sentences.append(f"cyclegan: {outcome.reason}")
        for sentence in sentences:
            tqdm.write(sentence, file=sys.stderr)

    def _paint_stream(self, studio: "Studio") -> int:
        """Paints one photo, of which standard input or output is a part."""
        from cyclegan.batch.places import place, write_whole
        from cyclegan.batch.plan import SUFFIXES
        from cyclegan.batch.record import mark, painting_id
        from cyclegan.batch.work import mark_there
        from cyclegan.pictures import encode
        from cyclegan.reading.read import NOTICES, PictureError, noticed_of, read_picture

        if len(self.photos) != 1:
            raise UsageError("Standard input and output take one photo at a time: name no other.")
        named = self.output if self.output not in (None, STREAM) else ""
        file_format = SUFFIXES.get(place(named).suffix.lower()) if named else self.format
        if file_format is None:
            raise UsageError(f"{named} has no known format: name it {', '.join(SUFFIXES)}.")
        name = self.photos[0]
        try:
            if named:
                mark_there(place(named))
            data = sys.stdin.buffer.read() if name == STREAM else place(name).read_bytes()
            photo = read_picture(data, "on standard input" if name == STREAM else name)
        except (OSError, PictureError) as error:
            print(f"cyclegan: {error}", file=sys.stderr)
            return 1
        for notice in noticed_of(photo):
            print(NOTICES[notice], file=sys.stderr)
        identity = painting_id(data, studio.options, file_format, studio.artifact)
        file = encode(studio.painter.paint(photo, studio.options), file_format, mark(identity))
        if not named:
            sys.stdout.buffer.write(file)
            return 0
        try:
            write_whole(place(named), file)
        except OSError as error:
            raise CommandError(f"{named} can't be written ({error.strerror or error}).") from error
        return 0


def _count(tally: "Counter[str]", tasks: "Sequence[Task]") -> str:
    return f"{tally['painted'] + tally['kept']} of {len(tasks)} photos are painted"
