"""Keeps earlier fakes, so that a discriminator does not forget what it once knew to be fake."""

from typing import Any

import torch
from torch import Tensor


class ImagePool:
    """Replaces half of the new fakes with earlier ones (Shrivastava et al., 2017, arXiv 1612.07828).

    A pool that is not yet full returns the new fakes; one of size 0 always does.
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.pictures: list[Tensor] = []
        self.random = torch.Generator().manual_seed(seed)

    def exchange(self, fakes: Tensor) -> Tensor:
        """Takes (N, 3, H, W) new fakes and returns as many to show the discriminator."""
        return torch.stack([self._exchange(fake) for fake in fakes])

    def draw(self, count: int) -> Tensor:
        """Returns (count, 3, H, W) random fakes from the pool, which must not be empty."""
        chosen = torch.randint(len(self.pictures), (count,), generator=self.random)
        return torch.stack([self.pictures[index] for index in chosen.tolist()])

    def _exchange(self, fake: Tensor) -> Tensor:
        if self.size == 0:
            return fake
        if len(self.pictures) < self.size:
            self.pictures.append(fake.clone())
            return fake
        if torch.rand((), generator=self.random) < 0.5:
            return fake
        index = int(torch.randint(self.size, (), generator=self.random))
        earlier = self.pictures[index]
        self.pictures[index] = fake.clone()
        return earlier

    def state_dict(self) -> dict[str, Any]:
        return {"pictures": self.pictures, "random": self.random.get_state()}

    def load_state_dict(self, state: dict[str, Any], device: torch.device) -> None:
        # A resumed run may have a smaller pool.
        self.pictures = [picture.to(device) for picture in state["pictures"][: self.size]]
        self.random.set_state(state["random"])
