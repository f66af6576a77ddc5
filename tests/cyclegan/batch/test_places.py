import pytest

from cyclegan.batch.places import PlaceError, files_below, place, write_whole
from cyclegan.batch.plan import make_plan
from cyclegan.batch.work import Studio
from cyclegan.card import WEIGHTS
from cyclegan.paint.options import PaintingOptions
from pictures import landscape
from uploads import file_of


def test_a_store_is_painted_like_a_folder() -> None:
    photo = file_of(landscape(96, 64), "JPEG")
    for name in ("sea.jpg", "may/hill.jpg"):
        write_whole(place(f"memory://photos/{name}"), photo)
    plan = make_plan(["memory://photos"], "memory://out", "png")
    studio = Studio(PaintingOptions(size=64, brush="fine"), WEIGHTS, "torchscript")
    assert [studio.paint(task).status for task in plan.tasks] == ["painted", "painted"]
    assert [path for _, path in files_below(place("memory://out"))] == ["may/hill-monet.png", "sea-monet.png"]
    assert [studio.paint(task).status for task in plan.tasks] == ["kept", "kept"]


def test_an_unknown_store_is_an_error() -> None:
    with pytest.raises(PlaceError, match="nowhere://photos can't be reached"):
        place("nowhere://photos").exists()
