"""Earlier fakes, so that a discriminator does not forget what it once knew to be fake."""

from typing import Any

import torch
from torch import Tensor


class ImagePool:
    """Half of the time, an earlier fake in place of the new one (Shrivastava et al., 2017, arXiv 1612.07828).

    A pool of size 0 keeps nothing and returns the new fakes.
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.pictures: list[Tensor] = []
        self.random = torch.Generator().manual_seed(seed)

    def exchange(self, fakes: Tensor) -> Tensor:
        """(N, 3, H, W) new fakes → (N, 3, H, W) fakes to show the discriminator."""
        return torch.stack([self._exchange(fake) for fake in fakes])

    def draw(self, count: int) -> Tensor:
        """(count, 3, H, W) earlier fakes, by chance. The pool must not be empty."""
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
        # A run may go on with a smaller pool.
        self.pictures = [picture.to(device) for picture in state["pictures"][: self.size]]
        self.random.set_state(state["random"])
