"""Data-parallel training: every process holds the same networks and takes its share of each batch.

Started by `torchrun --nproc-per-node N train.py …`. Without torchrun there is one process, and nothing here does
anything.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor, nn


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


@contextmanager
def process_group(device: torch.device) -> Iterator[None]:
    """Joins the processes that torchrun started: NCCL on CUDA, gloo elsewhere."""
    if "WORLD_SIZE" not in os.environ:
        yield
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
        # A process that leaves while the first still saves has its connections cut at its own exit, and aborts there.
        dist.barrier()
    finally:
        dist.destroy_process_group()


def gather(share: Tensor) -> Tensor:
    """(n, …) of each process → (N, …) of all, in the order of their ranks. Carries no gradient."""
    if world_size() == 1:
        return share
    shares = [torch.empty_like(share) for _ in range(world_size())]
    dist.all_gather(shares, share.contiguous())
    return torch.cat(shares)


def own_share(batch: Tensor) -> Tensor:
    """(N, …) → the (N / processes, …) that are this process's."""
    return batch.chunk(world_size())[rank()]


def average_gradients(networks: Iterable[nn.Module]) -> None:
    """Makes every process step by the gradient of the whole batch: a mean of means over equal shares."""
    if world_size() == 1:
        return
    gradients = [p.grad for network in networks for p in network.parameters() if p.grad is not None]
    # One message instead of a hundred small ones.
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= world_size()
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def agree(value: bool) -> bool:
    """Whether it is so in any process: all must stop, or save, at the same step."""
    if world_size() == 1:
        return value
    flag = torch.tensor(int(value), device="cuda" if dist.get_backend() == "nccl" else "cpu")
    dist.all_reduce(flag, dist.ReduceOp.MAX)
    return bool(flag)
