from copy import deepcopy

import pytest
import torch

from cyclegan.train.critic import Critic
from cyclegan.train.feature_discriminator import FeatureDiscriminator, PictureFeatures


def make_critic() -> Critic:
    torch.manual_seed(0)
    return Critic(PictureFeatures(), FeatureDiscriminator(), torch.device("cpu"), learning_rate=2e-3)


@pytest.fixture
def critic() -> Critic:
    return make_critic()


def test_a_few_updates_tell_one_texture_from_another(critic: Critic) -> None:
    plain = torch.full((2, 3, 64, 64), 0.2)
    rough = plain + torch.rand(2, 3, 64, 64)
    first = critic.loss(plain, rough).item()
    for _ in range(10):
        critic.learn(critic.loss(plain, rough))
    assert critic.loss(plain, rough).item() < 0.8 * first
    assert critic.generator_loss(rough) > critic.generator_loss(plain)


def test_the_generators_loss_reaches_the_picture_and_not_the_discriminator(critic: Critic) -> None:
    fake = torch.rand(1, 3, 64, 64, requires_grad=True)
    critic.generator_loss(fake).backward()
    assert fake.grad is not None
    assert fake.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in critic.discriminator.parameters())


def test_it_resumes_from_its_state(critic: Critic) -> None:
    real, fake = torch.zeros(1, 3, 64, 64), torch.rand(1, 3, 64, 64)
    critic.learn(critic.loss(real, fake))
    other = make_critic()
    other.load_state_dict(deepcopy(critic.state_dict()))
    for each in (critic, other):
        each.learn(each.loss(real, fake))
    assert torch.equal(critic.loss(real, fake), other.loss(real, fake))
