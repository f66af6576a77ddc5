from typing import Any

import pytest
import torch
import torch.distributed as dist

from cyclegan.train.config import ConfigError
from cyclegan.train.distributed import choose_device, local_device, process_group


def rank_of_two(local_rank: int) -> dict[str, str]:
    return {"WORLD_SIZE": "2", "LOCAL_RANK": str(local_rank)}


@pytest.mark.parametrize(
    ("name", "environment", "device"),
    [
        ("cpu", {}, "cpu"),
        ("cpu", rank_of_two(1), "cpu"),
        ("cuda", {}, "cuda:0"),
        ("cuda:1", {}, "cuda:1"),
        ("cuda", rank_of_two(0), "cuda:0"),
        ("cuda", rank_of_two(1), "cuda:1"),
    ],
)
def test_each_process_has_a_device_of_its_own(name: str, environment: dict[str, str], device: str) -> None:
    assert choose_device(name, {"cuda": 2}, environment) == torch.device(device)


@pytest.mark.parametrize(
    ("name", "gpus", "environment", "sentence"),
    [
        ("cudda", {}, {}, "must be cpu, cuda or cuda:N, not 'cudda'"),
        ("", {}, {}, "not ''"),
        ("cuda", {}, {}, "finds no cuda device on this machine: train with --device cpu"),
        ("meta", {"cuda": 1}, {}, "finds no meta device"),
        ("cuda:2", {"cuda": 2}, {}, "no cuda:2, for this machine has 2"),
        ("cuda", {"cuda": 1}, rank_of_two(1), "no cuda:1, for this machine has 1 .* start fewer processes"),
        ("cuda:0", {"cuda": 2}, rank_of_two(0), "every process on one GPU: give --device cuda"),
    ],
)
def test_an_unusable_device_is_one_sentence(
    name: str, gpus: dict[str, int], environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        choose_device(name, gpus, environment)


def test_the_devices_are_those_of_this_machine() -> None:
    assert local_device("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError, match=f"no cuda:{torch.cuda.device_count()}|finds no cuda"):
        local_device(f"cuda:{torch.cuda.device_count()}")


def test_the_device_is_set_before_nccl_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records the calls in place of making them, since not every machine has CUDA."""
    calls: list[Any] = []
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(torch.cuda, "set_device", calls.append)
    for name in ("init_process_group", "barrier", "destroy_process_group"):
        monkeypatch.setattr(dist, name, lambda *arguments, name=name: calls.append((name, *arguments)))
    with process_group(torch.device("cuda:1")):
        calls.append("training")
    assert calls == [
        torch.device("cuda:1"),
        ("init_process_group", "nccl"),
        "training",
        ("barrier",),
        ("destroy_process_group",),
    ]
