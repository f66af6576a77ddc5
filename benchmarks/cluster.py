"""Measures how many photos a Dask cluster on this machine paints in an hour, with one worker and with two.

python -m benchmarks.cluster [--photos 200] [--size 1024]

Needs the extra `cluster`. The photos are drawn by the tests. Each worker has one core and loads the engine before the
measurement.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from distributed import LocalCluster

from cyclegan.batch.cluster import paint_on
from cyclegan.batch.plan import Task, make_plan
from cyclegan.batch.work import Studio
from cyclegan.card import WEIGHTS
from cyclegan.paint.options import PaintingOptions

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from pictures import landscape

HOUR = 3600  # seconds
SIZE = (1600, 1200)  # pixels, of the photos


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--engine", default="openvino")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder) / "photos"
        photos.mkdir()
        for number in range(given.photos):
            landscape(*SIZE, seed=number % 8).rotate(number).save(photos / f"{number:05}.jpg", quality=90)
        studio = Studio(PaintingOptions(size=given.size), WEIGHTS, given.engine)
        for workers in (1, 2):
            tasks = make_plan([str(photos)], f"{folder}/{workers}", "jpeg").tasks
            seconds = measure(studio, tasks, workers)
            print(f"{workers} worker(s) of one core: {HOUR * len(tasks) / seconds:,.0f} photos an hour")


def measure(studio: Studio, tasks: list[Task], workers: int) -> float:
    """Returns the seconds in which all photos but the first few, which load the engines, are painted."""
    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        for _ in paint_on(cluster.scheduler_address, studio, tasks[: 2 * workers]):
            pass
        begun = time.perf_counter()
        outcomes = list(paint_on(cluster.scheduler_address, studio, tasks[2 * workers :]))
        if failed := [outcome.reason for outcome in outcomes if outcome.status != "painted"]:
            raise SystemExit(f"{len(failed)} photos were not painted: {failed[0]}")
        return (time.perf_counter() - begun) * len(tasks) / len(outcomes)


if __name__ == "__main__":
    main()
