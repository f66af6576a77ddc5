from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from cyclegan.checkpoints import CheckpointError
from cyclegan.networks import GeneratorConfig
from cyclegan.train.config import TrainingConfig
from cyclegan.train.losses import contrast_loss
from cyclegan.train.trainer import CRITICS, Trainer


@pytest.fixture
def trainer(config: TrainingConfig, small: GeneratorConfig) -> Trainer:
    return Trainer(config, small)


@pytest.fixture
def batch() -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    return torch.rand(1, 3, 32, 32) - 1, torch.rand(1, 3, 32, 32)  # dark paintings, bright photos


class Recorder(nn.Module):
    """Passes pictures on to a network and keeps copies of them."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.seen: list[Tensor] = []

    def forward(self, pictures: Tensor) -> Tensor:
        self.seen.append(pictures.detach().clone())
        scores: Tensor = self.network(pictures)
        return scores


def with_critic(config: TrainingConfig, critic: str) -> TrainingConfig:
    return replace(config, feature_weight=float(critic == "feature"), palette_weight=float(critic == "palette"))


def weights(network: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def test_a_step_changes_all_four_networks_and_the_average(trainer: Trainer, batch: tuple[Tensor, Tensor]) -> None:
    networks = (
        trainer.to_painting,
        trainer.to_photo,
        trainer.painting_discriminator,
        trainer.photo_discriminator,
        trainer.averaged,
    )
    before = [weights(network).clone() for network in networks]
    losses = trainer.step(*batch)
    assert all(not torch.equal(old, weights(network)) for old, network in zip(before, networks, strict=True))
    assert trainer.step_number == 1
    assert len(losses) == 8
    assert all(loss.isfinite() for loss in losses.values())


def test_each_discriminator_sees_the_real_pictures_of_its_own_domain(
    trainer: Trainer, batch: tuple[Tensor, Tensor]
) -> None:
    painting, photo = batch
    discriminators = trainer._score_painting, trainer._score_photo = (
        Recorder(trainer.painting_discriminator),
        Recorder(trainer.photo_discriminator),
    )
    trainer.step(painting, photo)
    for discriminator, real in zip(discriminators, (painting, photo), strict=True):
        in_generators_step, in_own_step = discriminator.seen
        assert len(in_generators_step) == 1  # the fake alone
        assert torch.equal(in_own_step[0], real[0])
        assert torch.equal(in_own_step[1], in_generators_step[0])  # a young pool returns the new fake


def test_the_identity_loss_takes_pictures_of_the_domain_painted_into(
    trainer: Trainer, batch: tuple[Tensor, Tensor]
) -> None:
    painting, photo = batch
    generators = trainer._paint, trainer._photograph = Recorder(trainer.to_painting), Recorder(trainer.to_photo)
    with torch.no_grad():
        same_painting, same_photo = trainer.to_painting(painting), trainer.to_photo(photo)
    losses = trainer.step(painting, photo)
    assert [torch.equal(generators[0].seen[0], torch.cat([photo, painting]))] == [True]
    torch.testing.assert_close(losses["identity_painting"], (same_painting - painting).abs().mean())
    torch.testing.assert_close(losses["identity_photo"], (same_photo - photo).abs().mean())


def test_discriminators_take_no_gradient_from_the_generators_step(
    trainer: Trainer, batch: tuple[Tensor, Tensor]
) -> None:
    trainer._step_generators(*batch)
    assert all(parameter.grad is None for parameter in trainer.painting_discriminator.parameters())
    assert all(parameter.requires_grad for parameter in trainer.painting_discriminator.parameters())


@pytest.mark.parametrize(("step", "rate"), [(0, 2e-4), (6, 2e-4), (9, 1e-4), (12, 0)])
def test_learning_rate_is_constant_then_falls_to_zero(trainer: Trainer, step: int, rate: float) -> None:
    trainer.step_number = step
    assert trainer.learning_rate() == pytest.approx(rate)


def test_warmup_trains_the_discriminators_alone_on_the_pictures_themselves(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer = Trainer(replace(config, warmup_steps=1), small)
    trainer._score_painting = discriminator = Recorder(trainer.painting_discriminator)
    before = weights(trainer.to_painting).clone()
    trainer.step(*batch)
    assert torch.equal(weights(trainer.to_painting), before)
    assert torch.equal(discriminator.seen[0], torch.cat(batch))
    trainer.step(*batch)
    assert not torch.equal(weights(trainer.to_painting), before)


def test_more_discriminator_steps_each_see_fresh_pictures(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer = Trainer(replace(config, batch_size=1, discriminator_steps=3), small)
    trainer._score_painting = discriminator = Recorder(trainer.painting_discriminator)
    trainer._paint = generator = Recorder(trainer.to_painting)
    paintings, photos = (torch.cat([pictures, pictures / 2, pictures / 4]) for pictures in batch)
    trainer.step(paintings, photos)
    assert torch.equal(generator.seen[0], torch.cat(batch[::-1]))
    in_generators_step, *own_steps = discriminator.seen
    assert [torch.equal(seen[:1], paintings[n : n + 1]) for n, seen in enumerate(own_steps)] == [True] * 3
    assert all(torch.equal(seen[1:], in_generators_step) for seen in own_steps)  # the pool holds nothing else


def test_without_a_pool_every_update_of_the_discriminators_sees_the_newest_fakes(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer = Trainer(replace(config, batch_size=1, discriminator_steps=2, pool_size=0), small)
    trainer._score_painting = discriminator = Recorder(trainer.painting_discriminator)
    for _ in range(2):
        trainer.step(*(torch.cat([pictures, pictures / 2]) for pictures in batch))
        in_generators_step, *own_steps = discriminator.seen
        assert [torch.equal(seen[1:], in_generators_step) for seen in own_steps] == [True] * 2
        discriminator.seen.clear()


def test_cycle_and_identity_losses_can_be_computed_in_every_nth_step_alone(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer = Trainer(replace(config, constrain_every=3), small)
    named = [{name.split("_")[0] for name in trainer.step(*batch)} for _ in range(6)]
    free, constrained = {"adversarial", "discriminator"}, {"adversarial", "discriminator", "cycle", "identity"}
    assert named == [free, free, constrained] * 2


@pytest.mark.parametrize("critic", CRITICS)
def test_a_critic_learns_and_resumes_from_a_checkpoint(
    critic: str, config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer, resumed = (Trainer(with_critic(config, critic), small) for _ in range(2))
    losses = trainer.step(*batch)
    assert {f"{critic}_painting", f"{critic}_discriminator"} <= losses.keys()
    resumed.load_state_dict(deepcopy(trainer.state_dict()))
    for each in (trainer, resumed):
        each.step(*batch)
    ours, theirs = (each.critics[critic].discriminator for each in (trainer, resumed))
    assert torch.equal(weights(ours), weights(theirs))
    assert torch.equal(weights(trainer.to_painting), weights(resumed.to_painting))


@pytest.mark.parametrize("critic", CRITICS)
def test_a_checkpoint_without_a_critic_is_not_resumed_with_one(
    critic: str, trainer: Trainer, config: TrainingConfig, small: GeneratorConfig
) -> None:
    with pytest.raises(CheckpointError, match=f"without --{critic}-weight"):
        Trainer(with_critic(config, critic), small).load_state_dict(trainer.state_dict())


@pytest.mark.parametrize("critic", CRITICS)
def test_a_checkpoint_with_a_critic_is_not_resumed_without(
    critic: str, trainer: Trainer, config: TrainingConfig, small: GeneratorConfig
) -> None:
    state = Trainer(with_critic(config, critic), small).state_dict()
    with pytest.raises(CheckpointError, match=f"with --{critic}-weight"):
        trainer.load_state_dict(state)


def test_the_average_is_in_evaluation_mode_and_so_has_a_margin(trainer: Trainer) -> None:
    assert not trainer.averaged.training
    assert not trainer.averaged.module.training
    assert trainer.to_painting.training


WEIGHTLESS = {"adversarial_weight": 0.0, "cycle_weight": 0.0, "identity_weight": 0.0}


@pytest.mark.parametrize("used", [None, *WEIGHTLESS])
def test_the_generators_learn_from_each_loss_that_has_a_weight(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor], used: str | None
) -> None:
    weights_of_losses = {name: float(name == used) for name in WEIGHTLESS}
    trainer = Trainer(replace(config, **weights_of_losses), small)  # type: ignore[arg-type]
    before = weights(trainer.to_painting).clone()
    trainer.step(*batch)
    assert torch.equal(before, weights(trainer.to_painting)) is (used is None)


def test_the_contrast_loss_compares_a_photo_with_its_painting(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer = Trainer(replace(config, contrast_weight=1.0), small)
    painting = trainer.to_painting(batch[1])
    torch.testing.assert_close(trainer.step(*batch)["contrast_painting"], contrast_loss(painting, batch[1]))


def test_every_picture_that_a_discriminator_sees_is_augmented(
    config: TrainingConfig, small: GeneratorConfig, batch: tuple[Tensor, Tensor]
) -> None:
    trainer = Trainer(replace(config, augment=True), small)
    recorder = Recorder(trainer._score_painting)
    trainer._score_painting = recorder
    trainer.step(*batch)
    of_generator, of_discriminator = recorder.seen
    for seen in (of_generator, *of_discriminator.split(1)):
        assert (seen == 0).all(1).float().mean() > 0.05  # covered with grey
