"""The moving average of a generator's weights, which paints more evenly than the weights of any one step."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

Tensors = tuple[Tensor, ...] | list[Tensor]


class MovingAverage(AveragedModel):
    """averaged ← decay · averaged + (1 - decay) · current, after each step of the generator. It paints, never trains.

    AveragedModel counts the updates in a tensor. This class counts them in Python too, for reading a number from a GPU
    waits for all work that is queued there.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        super().__init__(network, multi_avg_fn=self._move)
        self.decay = decay
        self.updates = 0
        self.eval()

    def update_parameters(self, model: nn.Module) -> None:
        super().update_parameters(model)
        self.updates += 1

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        keys = super().load_state_dict(state_dict, strict, assign)
        self.updates = int(self.n_averaged)
        return keys

    def _move(self, averaged: Tensors, current: Tensors, _: Tensor | int) -> None:
        torch._foreach_lerp_(averaged, current, 1 - decay_after(self.updates, self.decay))


def decay_after(updates: int, decay: float) -> float:
    """Returns the decay of the next update: lower at first, so that the average forgets its random first weights."""
    return min(decay, (1 + updates) / (10 + updates))
