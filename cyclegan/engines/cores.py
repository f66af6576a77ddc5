"""How many cores this process may really use: a container's share is often a fraction of the machine."""

import math
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")  # control groups of version 2; of version 1 the affinity counts alone


def usable_cores(cgroup: Path = CGROUP) -> int:
    """The cores that the process may run on, or fewer where a quota leaves it less; a part of a core counts as one.

    More threads than that would wait for each other: torch by itself starts one for each core of the machine.
    """
    return max(1, math.ceil(min(len(os.sched_getaffinity(0)), _quota(cgroup))))


def threads_per_engine(processes: int) -> int:
    """One engine in each process, and all cores shared out among them: `make bench` measures both ends."""
    return max(1, usable_cores() // processes)


def _quota(cgroup: Path) -> float:
    """Cores' worth of time: the least limit of the process's group and those above it; infinite without any."""
    groups = Path("/proc/self/cgroup")
    lines = groups.read_text().splitlines() if groups.is_file() else []
    own = next((line for line in lines if line.startswith("0::")), "0::/")
    group = cgroup / own.removeprefix("0::/")
    return min(_limit(folder) for folder in (group, *group.parents) if folder.is_relative_to(cgroup))


def _limit(group: Path) -> float:
    try:
        quota, period = (group / "cpu.max").read_text().split()
    except OSError:
        return math.inf  # no limits in this group
    return math.inf if quota == "max" else int(quota) / int(period)
