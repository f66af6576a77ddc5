import json
import os
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from PIL import Image

from cyclegan.__main__ import main, parse
from cyclegan.commands.paint import Paint
from cyclegan.engines.load import DEFAULT, ENGINES
from cyclegan.paint.brush import BRUSHES
from cyclegan.paint.options import PASSES, SIZE, STRENGTH, PaintingOptions
from cyclegan.pictures import SAVE_OPTIONS
from pictures import landscape
from uploads import file_of

# What the command line spells out, so as not to import the painter for it, is what the painter takes.


def test_its_defaults_are_the_painters() -> None:
    paint = Paint(photos=("photo.jpg",))
    assert PaintingOptions(paint.passes, paint.strength, paint.detail, paint.size, paint.brush) == PaintingOptions()
    assert paint.engine == DEFAULT


def test_its_choices_are_the_painters() -> None:
    kinds = get_type_hints(Paint)
    assert get_args(kinds["brush"]) == tuple(BRUSHES)
    assert get_args(kinds["engine"]) == ENGINES
    assert get_args(kinds["format"]) == tuple(SAVE_OPTIONS)


def test_its_help_names_the_painters_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parse(["paint", "--help"])
    said = capsys.readouterr().out
    for bounds in (PASSES, STRENGTH, SIZE):
        assert f"{bounds.start} to {bounds.stop - 1}" in said


# Batches

FAULTS = Path(__file__).parents[2] / "faults"
QUICK = ("--size", "64", "--brush", "fine")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns a folder of four photos, one of which can't be read, and of other files."""
    folder = tmp_path / "photos"
    (folder / "may").mkdir(parents=True)
    photo = landscape(96, 64)
    (folder / "IMG_1.HEIC").write_bytes(file_of(photo, "HEIF"))
    (folder / "IMG_1.JPG").write_bytes(file_of(photo, "JPEG"))
    (folder / "may" / "hill.avif").write_bytes(file_of(photo, "AVIF"))
    (folder / "cut.heic").write_bytes((FAULTS / "cut.heic").read_bytes())
    (folder / "notes.txt").write_text("no photo")
    return folder


def paint(*arguments: Any) -> int:
    return main(["paint", *map(str, arguments), *QUICK])


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_folder_is_painted_but_for_what_cannot_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "out"
    assert paint(folder, "-o", out) == 1
    assert files(out) == ["IMG_1-HEIC-monet.png", "IMG_1-JPG-monet.png", "may/hill-monet.png"]
    said = capsys.readouterr().err
    assert "notes.txt (its name does not end as that of a picture does)" in said
    assert "cut.heic can't be read" in said
    assert said.endswith("1 failed, 3 painted\n")


def test_a_second_run_does_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cut.heic").unlink()
    assert paint(folder) == 0
    first = files(folder)
    (folder / "may" / "hill-monet.png").unlink()
    assert paint(folder) == 0
    assert capsys.readouterr().err.endswith("2 kept, 1 painted\n")
    assert files(folder) == first  # none of its own paintings was painted


def test_each_file_is_reported_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert paint(folder, "-o", folder.parent / "out", "--json") == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(Path(line["photo"]).name, line["status"]) for line in lines} == {
        ("IMG_1.HEIC", "painted"),
        ("IMG_1.JPG", "painted"),
        ("hill.avif", "painted"),
        ("cut.heic", "failed"),
        ("notes.txt", "skipped"),
    }


@pytest.mark.parametrize(("arguments", "kind"), [([], "PNG"), (["--format", "webp"], "WEBP"), (["-o", "-"], "PNG")])
def test_standard_input_is_painted_to_standard_output(folder: Path, arguments: list[str], kind: str) -> None:
    command = [sys.executable, "-m", "cyclegan", "paint", "-", *QUICK, *arguments]
    done = subprocess.run(command, input=(folder / "IMG_1.JPG").read_bytes(), capture_output=True, check=True)
    with Image.open(BytesIO(done.stdout)) as painting:
        assert (painting.format, painting.size) == (kind, (64, 43))


def test_standard_input_is_not_painted_over_a_photo(folder: Path) -> None:
    photo = folder / "IMG_1.JPG"
    before = photo.read_bytes()
    command = [sys.executable, "-m", "cyclegan", "paint", "-", "-o", str(photo), *QUICK]
    done = subprocess.run(command, input=before, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"is no painting of this program's: move it away" in done.stderr
    assert photo.read_bytes() == before
    command[-len(QUICK) - 1] = str(folder / "new.png")
    for _ in range(2):  # over its own painting
        subprocess.run(command, input=before, capture_output=True, check=True)


def test_a_name_in_any_encoding_is_painted(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    Path(os.fsdecode(name)).write_bytes(file_of(landscape(96, 64), "JPEG")[:-20])
    command = [sys.executable, "-m", "cyclegan", "paint", name, *QUICK]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
    assert "The photo is incomplete" in done.stderr
    assert os.path.exists(name.replace(b".jpg", b"-monet.png"))  # noqa: PTH110 (a name in bytes)


def test_a_stopped_run_says_how_far_it_came_and_goes_on(folder: Path) -> None:
    (folder / "cut.heic").unlink()
    for number in range(40):
        (folder / f"{number}.jpg").write_bytes(file_of(landscape(96, 64, seed=number), "JPEG"))
    out = folder.parent / "out"
    command = [sys.executable, "-m", "cyclegan", "paint", str(folder), "-o", str(out), *QUICK, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["status"] == "painted":
                break
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 1
    assert "of 43 photos are painted. The same command does the rest." in said
    assert not list(out.rglob(".*"))
    assert paint(folder, "-o", out) == 0
    assert len(files(out)) == 43
