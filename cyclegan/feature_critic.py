"""The second judge of the paintings: a FeatureDiscriminator with its own optimizer, updated beside the PatchGAN."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

from cyclegan.feature_discriminator import FeatureDiscriminator, PictureFeatures
from cyclegan.losses import feature_discriminator_loss, feature_generator_loss
from cyclegan.parallel import average_gradients


class FeatureCritic:
    """Pictures are (N, 3, H, W) in [-1, 1]. The caller chooses the precision with autocast."""

    def __init__(self, device: torch.device, learning_rate: float, compiled: bool) -> None:
        features = PictureFeatures().to(device)
        self.discriminator = FeatureDiscriminator().to(device)
        # No momentum: the paper's choice for heads that learn as fast as these.
        self.optimizer = Adam(self.discriminator.parameters(), lr=learning_rate, betas=(0.0, 0.99), fused=True)
        network = nn.Sequential(features, self.discriminator).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._score = torch.compile(network, dynamic=False) if compiled else network

    def generator_loss(self, fake: Tensor) -> Tensor:
        """How far the fakes are from passing. Its gradient reaches the fakes, not the discriminator."""
        self.discriminator.requires_grad_(False)
        loss = feature_generator_loss([scores.float() for scores in self._score(fake)])
        self.discriminator.requires_grad_(True)
        return loss

    def loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """What the discriminator has to learn from."""
        levels = [scores.float().chunk(2) for scores in self._score(torch.cat([real, fake]))]
        reals, fakes = zip(*levels, strict=True)
        return feature_discriminator_loss(reals, fakes)

    def learn(self, loss: Tensor) -> None:
        """One update of the discriminator from its loss."""
        self.optimizer.zero_grad()
        loss.backward()
        average_gradients((self.discriminator,))
        self.optimizer.step()

    def state_dict(self) -> dict[str, Any]:
        return {"discriminator": self.discriminator.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.discriminator.load_state_dict(state["discriminator"])
        self.optimizer.load_state_dict(state["optimizer"])
