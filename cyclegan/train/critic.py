"""A further discriminator of the paintings, updated beside the PatchGAN."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

from cyclegan.train.distributed import average_gradients
from cyclegan.train.losses import critic_discriminator_loss, critic_generator_loss


class Critic:
    """A discriminator, which sees pictures through `features` that are never trained, and its optimizer.

    Pictures are (N, 3, H, W) in [-1, 1]. The caller chooses the precision with autocast.
    """

    def __init__(
        self,
        features: nn.Module,
        discriminator: nn.Module,
        device: torch.device,
        learning_rate: float,
        compiled: bool = False,
    ) -> None:
        self.discriminator = discriminator.to(device)
        # No momentum, as in the paper (Sauer et al., 2021): heads like these learn fast.
        self.optimizer = Adam(self.discriminator.parameters(), lr=learning_rate, betas=(0.0, 0.99), fused=True)
        network = nn.Sequential(features.to(device), self.discriminator).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._score = torch.compile(network, dynamic=False) if compiled else network

    def generator_loss(self, fake: Tensor) -> Tensor:
        """Returns the generators' loss. Its gradient reaches the fakes, but not the discriminator."""
        self.discriminator.requires_grad_(False)
        loss = critic_generator_loss([scores.float() for scores in self._score(fake)])
        self.discriminator.requires_grad_(True)
        return loss

    def loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """Returns the discriminator's loss."""
        levels = [scores.float().chunk(2) for scores in self._score(torch.cat([real, fake]))]
        reals, fakes = zip(*levels, strict=True)
        return critic_discriminator_loss(reals, fakes)

    def learn(self, loss: Tensor) -> None:
        """Updates the discriminator once from its loss."""
        self.optimizer.zero_grad()
        loss.backward()
        average_gradients((self.discriminator,))
        self.optimizer.step()

    def state_dict(self) -> dict[str, Any]:
        return {"discriminator": self.discriminator.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.discriminator.load_state_dict(state["discriminator"])
        self.optimizer.load_state_dict(state["optimizer"])
