"""Counts the cores that this process may use: a container's share is often a fraction of the machine."""

import math
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")  # control groups, version 2; with version 1, only the affinity counts


def usable_cores(cgroup: Path = CGROUP) -> int:
    """Returns the number of cores in the process's affinity, or its CPU quota, rounded up, if that is smaller.

    More threads than that would wait for each other; by default torch starts one for every core of the machine.
    """
    return max(1, math.ceil(min(len(os.sched_getaffinity(0)), _quota(cgroup))))


def threads_per_engine(processes: int) -> int:
    """Returns the threads of one engine when `processes` processes, with one engine each, share the cores; at least 1.

    `make bench` measures both extremes: one engine on all cores, and one on each core.
    """
    return max(1, usable_cores() // processes)


def _quota(cgroup: Path) -> float:
    """Returns the CPU quota in cores, the least of the process's group and its ancestors; infinite if there is none."""
    groups = Path("/proc/self/cgroup")
    lines = groups.read_text().splitlines() if groups.is_file() else []
    own = next((line for line in lines if line.startswith("0::")), "0::/")
    group = cgroup / own.removeprefix("0::/")
    return min(_limit(folder) for folder in (group, *group.parents) if folder.is_relative_to(cgroup))


def _limit(group: Path) -> float:
    try:
        quota, period = (group / "cpu.max").read_text().split()
    except OSError:
        return math.inf  # the group has no CPU controller
    return math.inf if quota == "max" else int(quota) / int(period)
