"""Paints on a real cluster of two processes."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from cyclegan.batch.cluster import ClusterError, paint_on
from cyclegan.batch.plan import Task, make_plan
from cyclegan.batch.work import Studio
from cyclegan.card import WEIGHTS
from cyclegan.paint.options import PaintingOptions
from pictures import landscape
from uploads import file_of

PHOTOS = 24
STUDIO = Studio(PaintingOptions(size=128, brush="fine"), WEIGHTS, "torchscript")


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(PHOTOS):
        (folder / f"{number:02}.jpg").write_bytes(file_of(landscape(160, 120, seed=number), "JPEG"))
    return make_plan([str(folder)], str(tmp_path / "out"), "png").tasks


def test_others_paint_what_a_lost_worker_had(cluster: LocalCluster, tasks: list[Task]) -> None:
    painted: list[str] = []
    for outcome in paint_on(cluster.scheduler_address, STUDIO, tasks):
        assert outcome.status in ("painted", "kept"), outcome.reason
        painted.append(outcome.painting)
        if len(painted) == PHOTOS // 3:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
    assert sorted(painted) == [task.painting for task in tasks]
    assert all(Path(task.painting).is_file() for task in tasks)


def test_a_photo_that_fails_everywhere_is_named(cluster: LocalCluster, tasks: list[Task]) -> None:
    Path(tasks[3].photo).write_bytes(b"no picture")
    outcomes = {outcome.photo: outcome for outcome in paint_on(cluster.scheduler_address, STUDIO, tasks[:6])}
    assert [task.photo for task in tasks[:6] if outcomes[task.photo].status == "failed"] == [tasks[3].photo]
    assert "can't be read" in outcomes[tasks[3].photo].reason


def test_the_scheduler_has_a_few_photos_at_a_time(
    cluster: LocalCluster, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cyclegan.batch.cluster.WINDOW", 3)
    outcomes = list(paint_on(cluster.scheduler_address, STUDIO, tasks))
    assert sorted(outcome.painting for outcome in outcomes) == [task.painting for task in tasks]
    assert {outcome.status for outcome in outcomes} == {"painted"}


def test_a_scheduler_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclegan.batch.cluster.PATIENCE", "1s")
    with pytest.raises(ClusterError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"):
        list(paint_on("tcp://127.0.0.1:9", STUDIO, []))
