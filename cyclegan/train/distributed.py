"""Data-parallel training: every process holds the same networks and trains on its shard of each batch.

`torchrun --nproc-per-node N train.py …` starts the processes. Without torchrun there is one process, and the functions
here change nothing.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor, nn

from cyclegan.train.config import ConfigError


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def local_device(name: str) -> torch.device:
    """Returns the device that `name` means for this process on this machine. Raises ConfigError, see choose_device."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    gpus = {accelerator.type: torch.accelerator.device_count()} if accelerator else {}
    return choose_device(name, gpus, os.environ)


def choose_device(name: str, gpus: Mapping[str, int], environment: Mapping[str, str]) -> torch.device:
    """Returns the device that `name` means for the process with this environment.

    `gpus` maps each kind of GPU in the machine to the number of them. A kind without an index, such as "cuda", means
    the GPU numbered as the process's LOCAL_RANK, which torchrun sets, so that no two processes share one.
    Raises ConfigError when `name` is no device, when the machine lacks it, and when several processes would share it.
    """
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"--device must be cpu, cuda or cuda:N, not {name!r}.") from error
    if device.type == "cpu":
        return torch.device("cpu")
    if device.type not in gpus:
        raise ConfigError(f"PyTorch finds no {device.type} device on this machine: train with --device cpu.")
    if device.index is not None and int(environment.get("WORLD_SIZE", "1")) > 1:
        raise ConfigError(
            f"--device {name} would put every process on one GPU: give --device {device.type} instead, "
            "and each process takes its own."
        )
    index = int(environment.get("LOCAL_RANK", "0")) if device.index is None else device.index
    if index >= gpus[device.type]:
        raise ConfigError(
            f"There is no {device.type}:{index}, for this machine has {gpus[device.type]} such device(s): "
            "name another --device, or start fewer processes."
        )
    return torch.device(device.type, index)


@contextmanager
def process_group(device: torch.device) -> Iterator[None]:
    """Joins the processes that torchrun started: NCCL on CUDA, gloo elsewhere. `device` becomes CUDA's current one."""
    if device.type == "cuda":
        torch.cuda.set_device(device)  # before NCCL starts: it works on the current device, at first GPU 0 in all ranks
    if "WORLD_SIZE" not in os.environ:
        yield
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
        # A process that exits while rank 0 still saves loses its connections, and then aborts.
        dist.barrier()
    finally:
        dist.destroy_process_group()


def own_samples(numbers: range, batch: int) -> Sequence[int]:
    """Returns the samples in this process's shards of the batches that the samples `numbers` make.

    `batch` is the size of one in all processes together. A step has several batches where the discriminators make more
    updates than the generators; each of them is sharded, so that every update sees what one process would show it.
    """
    shard = batch // world_size()
    return numbers if world_size() == 1 else [n for n in numbers if n % batch // shard == rank()]


def gather(shard: Tensor) -> Tensor:
    """(n, …) of each process → (N, …) of all, in the order of their ranks. Carries no gradient."""
    if world_size() == 1:
        return shard
    shards = [torch.empty_like(shard) for _ in range(world_size())]
    dist.all_gather(shards, shard.contiguous())
    return torch.cat(shards)


def own_shard(batch: Tensor) -> Tensor:
    """(N, …) → the (N / processes, …) at this process's rank."""
    return batch.chunk(world_size())[rank()]


def average_gradients(networks: Iterable[nn.Module]) -> None:
    """Gives every process the gradient of the whole batch, which is the mean over its equal shards."""
    if world_size() == 1:
        return
    gradients = [p.grad for network in networks for p in network.parameters() if p.grad is not None]
    # One message instead of a hundred small ones.
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= world_size()
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def any_rank(value: bool) -> bool:
    """Returns whether `value` is true in any process, so that all of them stop at the same step."""
    if world_size() == 1:
        return value
    flag = torch.tensor(int(value), device="cuda" if dist.get_backend() == "nccl" else "cpu")
    dist.all_reduce(flag, dist.ReduceOp.MAX)
    return bool(flag)
