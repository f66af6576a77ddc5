import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cyclegan.__main__ import main
from pictures import landscape


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    landscape(150, 100).save(tmp_path / "photo.jpg", quality=95)
    return tmp_path / "photo.jpg"


def size(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as opened:
        return opened.size


@pytest.mark.parametrize(("name", "kind"), [("monet.png", "PNG"), ("monet.jpg", "JPEG"), ("monet.WEBP", "WEBP")])
def test_paints_one_photo_into_the_named_file(photo: Path, name: str, kind: str) -> None:
    command = ["paint", str(photo), "-o", str(photo.with_name(name)), "--passes", "2", "--strength", "80"]
    assert main([*command, "--size", "75"]) == 0
    with Image.open(photo.with_name(name)) as painting:
        assert painting.format == kind
        assert painting.size == (75, 50)


def test_without_a_name_the_painting_lies_beside_the_photo(photo: Path) -> None:
    assert main(["paint", str(photo)]) == 0
    assert size(photo.with_name("photo-monet.png")) == (150, 100)


def test_full_size_and_a_brush(photo: Path) -> None:
    landscape(1100, 90).save(photo)
    target = photo.with_name("monet.png")
    assert main(["paint", str(photo), "-o", str(target), "--size", "full", "--brush", "broad"]) == 0
    assert size(target) == (1100, 90)


def test_an_invalid_size_is_named(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["paint", str(photo), "--size", "huge"])
    said = capsys.readouterr().err
    assert "Error parsing --size" in said
    assert "'huge'" in said


def test_paints_a_folder_and_names_what_it_can_not_read(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    landscape(40, 60).save(photo.with_name("second.png"))
    photo.with_name("broken.jpg").write_bytes(b"no picture")
    paintings = photo.parent / "paintings"
    assert main(["paint", str(photo.parent), "-o", str(paintings)]) == 1
    assert sorted(path.name for path in paintings.iterdir()) == ["photo-monet.png", "second-monet.png"]
    assert "broken.jpg can't be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        (["missing.jpg"], "missing.jpg can't be read", 1),
        (["photo.jpg", "-o", "monet.xyz"], "monet.xyz has no known format", 2),
        (["photo.jpg", "photo.webp", "-o", "one.png"], "name a folder", 2),
        (["photo.jpg", "--passes", "99"], "passes must be a whole number from 1 to 5, not 99.", 2),
        (["photo.jpg", "--weights", "nowhere.pt"], "nowhere.json is missing", 1),
        (["photo.jpg", "-o", "photo.jpg"], "photo.jpg exists and is no painting", 1),
        (["photo.jpg", "-o", "photo.jpg/monet.png"], "can't be written (File exists): 0 of 1 photos", 1),
        (["-", "photo.jpg"], "one photo at a time", 2),
        (["photo.jpg", "--on", "nonsense://"], "No scheduler answers at nonsense://", 1),
        (["empty"], "no photos in empty", 2),
        ([], "Name at least one photo", 2),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(
    photo: Path,
    arguments: list[str],
    sentence: str,
    status: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(photo.parent)
    Path("empty").mkdir()
    assert main(["paint", *arguments]) == status
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert sorted(path.name for path in photo.parent.iterdir()) == ["empty", "photo.jpg"]


def test_export_names_a_file_that_is_not_a_checkpoint(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(2):
        landscape(40, 40, number).save(photo.with_name(f"{number}.png"))
    folders = ["--photos", str(photo.parent), "--paintings", str(photo.parent)]
    assert main(["export", str(photo), *folders, "-o", str(photo.with_name("new.pt"))]) == 1
    assert "photo.jpg is damaged, or not a checkpoint" in capsys.readouterr().err
    assert not photo.with_name("new.pt").exists()


def test_download_lists_its_data_sets(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["download", "manet2photo"])
    said = capsys.readouterr().err
    assert "invalid choice 'manet2photo'" in said
    assert all(name in said for name in ("monet2photo", "cezanne2photo", "ukiyoe2photo", "vangogh2photo"))


def test_runs_as_a_module(photo: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "cyclegan", "paint", str(photo), "--size", "64"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert size(photo.with_name("photo-monet.png")) == (64, 43)


def test_evaluate_prints_a_row_for_each_subject(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(2):
        landscape(64, 64, number).save(photo.with_name(f"{number}.png"))
    folder = str(photo.parent)
    assert main(["evaluate", "weights/monet.pt", folder, "--photos", folder, "--paintings", folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == ["photos, untouched", "weights/monet.pt", folder]


def test_evaluate_names_a_subject_that_it_can_not_use(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(photo.parent)
    landscape(64, 64).save(photo.with_name("second.png"))
    assert main(["evaluate", "nowhere.pt", "--photos", folder, "--paintings", folder]) == 1
    assert capsys.readouterr().err == "cyclegan: The checkpoint nowhere.pt does not exist.\n"


@pytest.mark.parametrize(("photos", "paintings"), [(1, 2), (2, 1)])
@pytest.mark.parametrize("command", ["evaluate", "export"])
def test_fewer_than_two_pictures_are_not_measured(
    tmp_path: Path, command: str, photos: int, paintings: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, count in (("photos", photos), ("paintings", paintings)):
        (tmp_path / name).mkdir()
        for number in range(count):
            landscape(64, 64, number).save(tmp_path / name / f"{number}.png")
    few = tmp_path / ("photos" if photos < 2 else "paintings")
    folders = ["--photos", str(tmp_path / "photos"), "--paintings", str(tmp_path / "paintings")]
    assert main([command, "weights/monet.pt", *folders]) == 1
    assert capsys.readouterr() == ("", f"cyclegan: Put at least 2 pictures into {few}: it holds only 1.\n")


def test_report_draws_a_run_and_names_a_folder_without_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 1
    assert "is not the folder of a run" in capsys.readouterr().err
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "kid": 80.0}\n')
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "report.html").stat().st_size > 0


@pytest.mark.parametrize("arguments", [["--help"], ["paint", "{photo}", "--engine", "openvino", "--size", "64"]])
def test_painting_imports_neither_training_code_nor_another_engine(photo: Path, arguments: list[str]) -> None:
    """Runs in a process of its own, because the tests themselves import all of it."""
    unwanted = ["torch", "torchvision", "tensorboard", "cyclegan.train", "cyclegan.evaluate", "cyclegan.export"]
    program = (
        "import sys; from cyclegan.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {unwanted} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, *(argument.format(photo=photo) for argument in arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
