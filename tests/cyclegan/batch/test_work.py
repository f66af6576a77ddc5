from pathlib import Path

import pytest

from cyclegan.batch.places import write_whole
from cyclegan.batch.plan import Task
from cyclegan.batch.record import read_mark
from cyclegan.batch.work import Studio, WriteError, paint_here
from cyclegan.card import WEIGHTS
from cyclegan.paint.options import PaintingOptions
from cyclegan.reading.read import PictureError
from pictures import landscape
from uploads import file_of

STUDIO = Studio(PaintingOptions(size=64, brush="fine"), WEIGHTS, "torchscript")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    (tmp_path / "photo.jpg").write_bytes(file_of(landscape(96, 64), "JPEG"))
    return Task(str(tmp_path / "photo.jpg"), str(tmp_path / "out" / "photo-monet.png"), found=True)


def test_a_painting_that_is_there_is_kept_until_something_changes(task: Task) -> None:
    assert STUDIO.paint(task).status == "painted"
    painting = Path(task.painting)
    first = painting.read_bytes()
    assert STUDIO.paint(task).status == "kept"
    other = Studio(PaintingOptions(size=64, brush="fine", strength=50), WEIGHTS, "torchscript")
    assert other.paint(task).status == "painted"
    assert painting.read_bytes() != first
    Path(task.photo).write_bytes(file_of(landscape(96, 64, seed=1), "JPEG"))
    assert other.paint(task).status == "painted"
    assert other.paint(task).status == "kept"


def test_a_painting_in_a_folder_is_not_painted_but_one_that_is_named_is(task: Task) -> None:
    STUDIO.paint(task)
    again = Task(task.painting, task.photo.replace("photo.jpg", "again.png"), found=True)
    assert STUDIO.paint(again).status == "skipped"
    assert STUDIO.paint(Task(again.photo, again.painting, found=False)).status == "painted"


def test_no_other_file_is_written_over(task: Task) -> None:
    photo = Path(task.photo).read_bytes()
    with pytest.raises(PictureError, match="move it away"):
        STUDIO.paint(Task(task.photo, task.photo, found=False))
    assert Path(task.photo).read_bytes() == photo


def test_a_cut_photo_is_painted_with_a_notice(task: Task) -> None:
    photo = Path(task.photo)
    photo.write_bytes(photo.read_bytes()[:-20])
    assert STUDIO.paint(task).notices == ("The photo is incomplete: what is missing stays grey.",)


def test_one_bad_file_does_not_end_the_others(task: Task, tmp_path: Path) -> None:
    bad, gone = tmp_path / "bad.jpg", tmp_path / "gone.jpg"
    bad.write_bytes(b"no picture")
    tasks = [Task(str(path), str(tmp_path / "out" / f"{path.stem}.png"), found=True) for path in (bad, gone)]
    outcomes = list(paint_here(STUDIO, [*tasks, task]))
    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "painted"]
    assert "bad.jpg" in outcomes[0].reason
    assert "No such file" in outcomes[1].reason


def test_a_folder_that_cannot_be_written_ends_the_batch(task: Task, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file where the folder should be")
    with pytest.raises(WriteError, match="can't be written"):
        list(paint_here(STUDIO, [task]))


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "painting.png"
    write_whole(target, b"old")

    def fill(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_painting_is_marked(task: Task) -> None:
    STUDIO.paint(task)
    assert read_mark(Path(task.painting).read_bytes())
