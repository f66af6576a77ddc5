import torch

from cyclegan.train.losses import (
    cycle_loss,
    discriminator_loss,
    feature_discriminator_loss,
    feature_generator_loss,
    generator_adversarial_loss,
    identity_loss,
)

SCORES = torch.tensor([[[[0.0, 0.5], [1.0, 2.0]]]])


def test_the_generator_loss_is_zero_where_every_patch_scores_one() -> None:
    assert generator_adversarial_loss(torch.ones(2, 1, 3, 3)) == 0
    assert generator_adversarial_loss(SCORES) == (1 + 0.25 + 0 + 1) / 4


def test_every_patch_counts_by_itself() -> None:
    # The mean of this map is 1, which would hide the errors of both patches.
    assert generator_adversarial_loss(torch.tensor([0.0, 2.0])) == 1


def test_the_discriminator_loss_is_zero_for_ones_on_reals_and_zeros_on_fakes() -> None:
    assert discriminator_loss(torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2)) == 0
    assert discriminator_loss(torch.zeros(4), torch.ones(4)) == 1
    assert discriminator_loss(torch.ones(4), torch.ones(4)) == 0.5


def test_cycle_and_identity_are_mean_absolute_differences() -> None:
    a, b = torch.zeros(1, 3, 2, 2), torch.full((1, 3, 2, 2), -0.5)
    assert cycle_loss(a, b) == identity_loss(a, b) == 0.5


def test_every_level_of_features_counts_alike() -> None:
    levels = [torch.full((1, 1, 4, 4), 0.5), torch.full((1, 1, 2, 2), 2.0)]
    assert feature_generator_loss(levels) == -2.5
    # Beyond the margin a score costs nothing more.
    assert feature_discriminator_loss(levels, [-level for level in levels]) == 0.5 + 0.5
    assert feature_discriminator_loss(levels, levels) == (0.5 + 1.5) + (0 + 3)
