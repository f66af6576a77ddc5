from pathlib import Path

import pytest

from cyclegan.batch.plan import PlanError, Task, make_plan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns a folder of files whose names alone matter."""
    folder = tmp_path / "photos"
    for name in (
        "sea.jpg",
        "IMG_1.HEIC",
        "IMG_1.JPG",
        "notes.txt",
        "old-monet.png",
        ".hidden.jpg",
        "2024/may/hill.AVIF",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def names(tasks: list[Task], root: Path) -> dict[str, str]:
    return {str(Path(task.photo).relative_to(root)): str(Path(task.painting).relative_to(root)) for task in tasks}


def test_a_folder_keeps_its_structure_and_says_what_it_skips(folder: Path) -> None:
    root = folder.parent
    plan = make_plan([str(folder)], str(root / "out"), "png")
    assert names(plan.tasks, root) == {
        "photos/2024/may/hill.AVIF": "out/2024/may/hill-monet.png",
        "photos/IMG_1.HEIC": "out/IMG_1-HEIC-monet.png",
        "photos/IMG_1.JPG": "out/IMG_1-JPG-monet.png",
        "photos/sea.jpg": "out/sea-monet.png",
    }
    assert {Path(name).name for name in plan.skipped} == {"notes.txt", "old-monet.png"}


def test_without_an_output_paintings_lie_beside_their_photos(folder: Path) -> None:
    plan = make_plan([str(folder)], None, "webp")
    assert names(plan.tasks, folder)["2024/may/hill.AVIF"] == "2024/may/hill-monet.webp"


def test_several_folders_keep_their_names(tmp_path: Path) -> None:
    for name in ("may", "june"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sea.jpg").touch()
    plan = make_plan([str(tmp_path / "may"), str(tmp_path / "june")], str(tmp_path / "out"), "jpeg")
    assert [str(Path(task.painting).relative_to(tmp_path)) for task in plan.tasks] == [
        "out/may/sea-monet.jpg",
        "out/june/sea-monet.jpg",
    ]


def test_a_photo_that_is_named_is_painted_under_any_name(tmp_path: Path) -> None:
    photo, painting = str(tmp_path / "old-monet.txt"), str(tmp_path / "new.WEBP")
    assert make_plan([photo], painting, "png").tasks == [Task(photo, painting, found=False)]


@pytest.mark.parametrize(
    ("given", "output", "sentence"),
    [
        ([], None, "Name at least one photo"),
        (["a.jpg"], "a.tga", "no known format"),
        (["a.jpg", "b.jpg"], "c.png", "one file"),
        (["empty"], "out", "no photos in"),
        (["x/a.jpg", "y/a.jpg"], "out", "rename one of them"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: list[str], output: str | None, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(PlanError, match=sentence):
        make_plan(given, output, "png")
