import pytest
import torch
from torch import Tensor, nn

from cyclegan.train.critic import Critic
from cyclegan.train.palette_discriminator import PLACES, PaletteDiscriminator


@pytest.fixture
def critic() -> Critic:
    torch.manual_seed(0)
    return Critic(nn.Identity(), PaletteDiscriminator(), torch.device("cpu"), learning_rate=2e-3)


def pictures(brightness: float) -> Tensor:
    return (brightness + torch.rand(4, 3, 32, 32)) / 2


def test_it_asks_for_the_key_of_the_paintings(critic: Critic) -> None:
    for _ in range(200):
        critic.learn(critic.loss(pictures(1.0), pictures(-1.0)))
    dark = pictures(-1.0).requires_grad_()
    critic.generator_loss(dark).backward()
    assert dark.grad is not None
    assert (dark.grad < 0).all()  # each step against the gradient makes it brighter


def test_it_is_blind_to_places(critic: Critic) -> None:
    picture = torch.rand(1, 3, PLACES, PLACES)
    shuffled = picture.flatten(2)[:, :, torch.randperm(PLACES**2)].view_as(picture)
    critic.discriminator.eval()  # in training, each call brings the spectral norm nearer
    [scores], [others] = critic.discriminator(picture), critic.discriminator(shuffled)
    torch.testing.assert_close(scores, others)


def test_differences_of_score_are_no_larger_than_those_of_colour(critic: Critic) -> None:
    for _ in range(200):
        critic.learn(critic.loss(pictures(1.0), pictures(-1.0)))
    bright, dark = pictures(1.0).mean((2, 3), keepdim=True), pictures(-1.0).mean((2, 3), keepdim=True)
    critic.discriminator.eval()
    difference = (critic.discriminator(bright)[0] - critic.discriminator(dark)[0]).squeeze(1)
    assert (difference > 0).all()
    assert (difference < 1.05 * (bright - dark).flatten(1).norm(dim=1)).all()
