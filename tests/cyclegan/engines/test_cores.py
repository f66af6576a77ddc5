import os
from pathlib import Path

import pytest

from cyclegan.engines.cores import threads_per_engine, usable_cores

HERE = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("limit", "cores"),
    [("max 100000", HERE), ("50000 100000", 1), ("100000 100000", 1), ("150000 100000", 2), ("6400000 100000", HERE)],
)
def test_a_quota_leaves_fewer_cores(tmp_path: Path, limit: str, cores: int) -> None:
    (tmp_path / "cpu.max").write_text(limit + "\n")
    assert usable_cores(tmp_path) == min(cores, HERE)


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    everywhere = os.sched_getaffinity(0)
    assert usable_cores(tmp_path) == HERE
    try:
        os.sched_setaffinity(0, {min(everywhere)})
        assert usable_cores(tmp_path) == 1
    finally:
        os.sched_setaffinity(0, everywhere)


def test_the_cores_are_shared_out_and_every_engine_has_one() -> None:
    assert threads_per_engine(1) == usable_cores()
    assert threads_per_engine(1000) == 1
