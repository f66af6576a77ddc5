"""One step of training, and everything that a step changes. The loop around it is in loop.py."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Adam

from cyclegan.checkpoints import CheckpointError
from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator
from cyclegan.train.augment import Augmentation
from cyclegan.train.average import MovingAverage
from cyclegan.train.config import TrainingConfig
from cyclegan.train.critic import Critic
from cyclegan.train.distributed import average_gradients, gather, local_device, own_shard
from cyclegan.train.feature_discriminator import FeatureDiscriminator, PictureFeatures
from cyclegan.train.image_pool import ImagePool
from cyclegan.train.losses import (
    contour_loss,
    contrast_loss,
    cycle_loss,
    discriminator_loss,
    generator_adversarial_loss,
    identity_loss,
)
from cyclegan.train.palette_discriminator import PaletteDiscriminator

Network = TypeVar("Network", bound=nn.Module)
CRITICS = ("feature", "palette")  # the names of further discriminators of the paintings, as in their settings


class Trainer:
    """Two generators, two discriminators, and everything that a step changes.

    `to_painting` is G: photo → painting, `to_photo` is F: painting → photo (Zhu et al., 2017, section 3).
    """

    def __init__(self, config: TrainingConfig, generator: GeneratorConfig) -> None:
        self.config = config
        self.generator_config = generator
        self.device = local_device(config.device)
        # On a CPU, norms that aren't compiled copy every map to the contiguous layout and back, a third of a step. In
        # bfloat16 that still pays: convolutions gain more by channels-last than the norms lose.
        copies = self.device.type == "cpu" and not config.compile and config.precision == "float32"
        self._layout = torch.contiguous_format if copies else torch.channels_last
        self.step_number = 0
        self.record: dict[str, Any] = {"seconds": 0.0}  # for the model card: data, settings, time, machine
        torch.manual_seed(config.seed)
        self.to_painting = self._place(Generator(generator))
        self.to_photo = self._place(Generator(generator))
        self.painting_discriminator = self._place(PatchDiscriminator())
        self.photo_discriminator = self._place(PatchDiscriminator())
        self.averaged = MovingAverage(self.to_painting, config.ema_decay)
        self.generator_optimizer = self._optimizer(self.to_painting, self.to_photo)
        self.discriminator_optimizer = self._optimizer(self.painting_discriminator, self.photo_discriminator)
        self.critics: dict[str, Critic] = {}
        if config.feature_weight:
            self.critics["feature"] = self._critic(PictureFeatures(), FeatureDiscriminator())
        if config.palette_weight:
            self.critics["palette"] = self._critic(nn.Identity(), PaletteDiscriminator())
        self._augmentation = Augmentation(config.seed) if config.augment else None
        self.painting_pool = ImagePool(config.pool_size, config.seed)
        self.photo_pool = ImagePool(config.pool_size, config.seed + 1)
        # The compiled callables share their weights with the modules above.
        self._paint, self._photograph, self._score_painting, self._score_photo = (
            torch.compile(network, dynamic=False) if config.compile else network
            for network in (self.to_painting, self.to_photo, self.painting_discriminator, self.photo_discriminator)
        )

    def step(self, painting: Tensor, photo: Tensor) -> dict[str, Tensor]:
        """Makes one step with all four networks and returns the losses.

        `painting` and `photo` are (N · discriminator_steps, 3, H, W) in [-1, 1]. The generators and the first update of
        the discriminators see the first N pictures of each domain; each further update sees the next N.
        With several processes, each gets its shard of these pictures and returns the losses of that shard.
        """
        painting, photo = (self._send(batch) for batch in (painting, photo))
        self._set_learning_rate()
        if self._augmentation:
            self._augmentation.begin(self.step_number)
        paintings, photos = (batch.chunk(self.config.discriminator_steps) for batch in (painting, photo))
        if self.step_number < self.config.warmup_steps:
            losses: dict[str, Tensor] = {}
            fake_painting, fake_photo = photos[0], paintings[0]
        else:
            losses, fake_painting, fake_photo = self._step_generators(paintings[0], photos[0])
            self.averaged.update_parameters(self.to_painting)
        old_painting = self._exchange(self.painting_pool, fake_painting)
        old_photo = self._exchange(self.photo_pool, fake_photo)
        losses |= self._step_discriminators(paintings[0], photos[0], old_painting, old_photo)
        for more_paintings, more_photos in zip(paintings[1:], photos[1:], strict=True):
            old_painting = self._draw(self.painting_pool, fake_painting)
            old_photo = self._draw(self.photo_pool, fake_photo)
            self._step_discriminators(more_paintings, more_photos, old_painting, old_photo)
        self.step_number += 1
        return losses

    def _step_generators(self, painting: Tensor, photo: Tensor) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        config = self.config
        # Frozen, because nothing uses their gradients from this loss.
        for discriminator in (self.painting_discriminator, self.photo_discriminator):
            discriminator.requires_grad_(False)
        losses: dict[str, Tensor] = {}
        total = torch.zeros((), device=self.device)
        with self._autocast():
            if (self.step_number + 1) % config.constrain_every:
                fake_painting, fake_photo = self._paint(photo).float(), self._photograph(painting).float()
            else:
                # Translation and identity share one call, since instance norm treats each picture of a batch alone.
                fake_painting, same_painting = self._paint(torch.cat([photo, painting])).float().chunk(2)
                fake_photo, same_photo = self._photograph(torch.cat([painting, photo])).float().chunk(2)
                losses |= {
                    "cycle_painting": cycle_loss(self._paint(fake_photo).float(), painting),
                    "cycle_photo": cycle_loss(self._photograph(fake_painting).float(), photo),
                    "identity_painting": identity_loss(same_painting, painting),
                    "identity_photo": identity_loss(same_photo, photo),
                }
                cycle = losses["cycle_painting"] + losses["cycle_photo"]
                identity = losses["identity_painting"] + losses["identity_photo"]
                constraint = config.cycle_weight * cycle + config.identity_weight * identity
                total = total + config.constrain_every * constraint
            seen_painting, seen_photo = self._augment(fake_painting), self._augment(fake_photo)
            losses |= {
                "adversarial_painting": generator_adversarial_loss(self._score_painting(seen_painting).float()),
                "adversarial_photo": generator_adversarial_loss(self._score_photo(seen_photo).float()),
            }
            for name, critic in self.critics.items():
                losses[f"{name}_painting"] = critic.generator_loss(seen_painting)
                total = total + getattr(config, f"{name}_weight") * losses[f"{name}_painting"]
        if config.contrast_weight:
            losses["contrast_painting"] = contrast_loss(fake_painting, photo)
            total = total + config.contrast_weight * losses["contrast_painting"]
        if config.contour_weight:
            losses["contour_painting"] = contour_loss(fake_painting, photo)
            total = total + config.contour_weight * losses["contour_painting"]
        adversarial = losses["adversarial_painting"] + losses["adversarial_photo"]
        total = total + config.adversarial_weight * adversarial
        self.generator_optimizer.zero_grad()
        total.backward()
        average_gradients((self.to_painting, self.to_photo))
        self.generator_optimizer.step()
        for discriminator in (self.painting_discriminator, self.photo_discriminator):
            discriminator.requires_grad_(True)
        return {name: loss.detach() for name, loss in losses.items()}, fake_painting.detach(), fake_photo.detach()

    def _step_discriminators(
        self, painting: Tensor, photo: Tensor, fake_painting: Tensor, fake_photo: Tensor
    ) -> dict[str, Tensor]:
        painting, photo, fake_painting, fake_photo = map(self._augment, (painting, photo, fake_painting, fake_photo))
        with self._autocast():
            painting_scores = self._score_painting(torch.cat([painting, fake_painting])).float().chunk(2)
            photo_scores = self._score_photo(torch.cat([photo, fake_photo])).float().chunk(2)
        losses = {
            "discriminator_painting": discriminator_loss(*painting_scores),
            "discriminator_photo": discriminator_loss(*photo_scores),
        }
        self.discriminator_optimizer.zero_grad()
        (losses["discriminator_painting"] + losses["discriminator_photo"]).backward()
        average_gradients((self.painting_discriminator, self.photo_discriminator))
        self.discriminator_optimizer.step()
        for name, critic in self.critics.items():
            with self._autocast():
                losses[f"{name}_discriminator"] = critic.loss(painting, fake_painting)
            critic.learn(losses[f"{name}_discriminator"])
        return {name: loss.detach() for name, loss in losses.items()}

    def learning_rate(self) -> float:
        """Returns the next step's rate: constant for the first half, then linear to 0 (Zhu et al., 2017, section 4)."""
        left = 1 - self.step_number / self.config.steps
        return self.config.learning_rate * min(1.0, 2 * left)

    def state_dict(self) -> dict[str, Any]:
        return {
            "step": self.step_number,
            "record": self.record,
            "generator_config": asdict(self.generator_config),
            **{name: part.state_dict() for name, part in self._parts().items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues from `state`. Raises CheckpointError when it belongs to another architecture."""
        if state.get("generator_config") != asdict(self.generator_config):
            raise CheckpointError(
                f"The checkpoint holds a generator of {state.get('generator_config')}, "
                f"but {asdict(self.generator_config)} was asked for."
            )
        for name in CRITICS:
            if (f"{name}_critic" in state) != (name in self.critics):
                with_it = "with" if f"{name}_critic" in state else "without"
                raise CheckpointError(f"The checkpoint was made {with_it} --{name}-weight: continue {with_it} it.")
        self.step_number = state["step"]
        self.record = state["record"]
        for name, part in self._parts().items():
            if isinstance(part, ImagePool):
                part.load_state_dict(state[name], self.device)
            else:
                part.load_state_dict(state[name])

    def start_from(self, networks: Mapping[str, Mapping[str, Tensor]]) -> None:
        """Starts the networks, named as in checkpoints.NETWORKS, from these weights, and all others from scratch.

        Raises CheckpointError when the weights belong to another architecture.
        """
        own = {name: part for name, part in self._parts().items() if isinstance(part, nn.Module)}
        own |= {f"{name}_critic": critic.discriminator for name, critic in self.critics.items()}
        own["averaged"] = self.averaged.module
        try:
            for name, weights in networks.items():
                if name in own:
                    own[name].load_state_dict(weights)
            own["averaged"].load_state_dict(networks["to_painting"])
        except RuntimeError as error:
            raise CheckpointError(f"The weights to start from belong to other networks ({error}).") from error

    def _parts(self) -> dict[str, nn.Module | Adam | ImagePool | Critic]:
        return {
            "to_painting": self.to_painting,
            "to_photo": self.to_photo,
            "painting_discriminator": self.painting_discriminator,
            "photo_discriminator": self.photo_discriminator,
            "averaged": self.averaged,
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
            "painting_pool": self.painting_pool,
            "photo_pool": self.photo_pool,
            **{f"{name}_critic": critic for name, critic in self.critics.items()},
        }

    @staticmethod
    def _exchange(pool: ImagePool, fakes: Tensor) -> Tensor:
        # Every process keeps the same pool, so the result does not depend on the number of processes.
        return own_shard(pool.exchange(gather(fakes)))

    def _draw(self, pool: ImagePool, fakes: Tensor) -> Tensor:
        return own_shard(pool.draw(self.config.batch_size)) if pool.pictures else fakes

    def _augment(self, pictures: Tensor) -> Tensor:
        return self._augmentation(pictures) if self._augmentation else pictures

    def _place(self, network: Network) -> Network:
        return network.to(self.device).to(memory_format=self._layout)  # type: ignore[call-overload, no-any-return]

    def _send(self, batch: Tensor) -> Tensor:
        return batch.to(self.device, non_blocking=True, memory_format=self._layout)

    def _critic(self, features: nn.Module, discriminator: nn.Module) -> Critic:
        return Critic(features, discriminator, self.device, self.config.learning_rate, self.config.compile)

    def _optimizer(self, *networks: nn.Module) -> Adam:
        parameters = [parameter for network in networks for parameter in network.parameters()]
        return Adam(parameters, lr=self.config.learning_rate, betas=(self.config.beta1, 0.999), fused=True)

    def _set_learning_rate(self) -> None:
        critics = [critic.optimizer for critic in self.critics.values()]
        for optimizer in (self.generator_optimizer, self.discriminator_optimizer, *critics):
            for group in optimizer.param_groups:
                group["lr"] = self.learning_rate()

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16")
