"""Runs one round of benchmarks/soak.py, in which the kernel kills a server that exceeds its memory limit."""

import pytest

from benchmarks.soak import CAPS, NoControlGroupError, Traffic, capped


@pytest.mark.parametrize("engine", CAPS)
def test_a_round_of_all_kinds_of_photos_fits_into_the_memory_of_a_small_dyno(engine: str) -> None:
    try:
        with capped(engine) as (server, cap):
            Traffic().round(server)
            print(f"{engine}: at most {cap.peak():.0f} MiB of {CAPS[engine]}")
    except NoControlGroupError as error:
        pytest.skip(f"{error} Run make soak as root instead.")
