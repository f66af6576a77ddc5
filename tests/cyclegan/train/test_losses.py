import torch

from cyclegan.train.losses import (
    contour_loss,
    contrast_loss,
    critic_discriminator_loss,
    critic_generator_loss,
    cycle_loss,
    discriminator_loss,
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


def test_contrast_may_be_deepened_but_not_invented() -> None:
    flat = torch.zeros(1, 3, 64, 64)
    patched, stronger = flat.clone(), flat.clone()
    patched[:, :, 8:24, 8:24] = 0.5
    stronger[:, :, 8:24, 8:24] = 0.7
    assert contrast_loss(flat, flat) == contrast_loss(patched, patched) == contrast_loss(flat, patched) == 0
    assert contrast_loss(stronger, patched) == 0
    # 16 of 256 places differ by 0.5 from the others, 0.44 beyond the margin, in one channel of three: brightness.
    share = 2 * 16 * 240 / 256**2 / 3
    torch.testing.assert_close(contrast_loss(patched, flat), torch.tensor(0.44 * share))


def test_light_and_dark_do_not_call_for_colour() -> None:
    photo = torch.zeros(1, 3, 64, 64)
    photo[:, :, 8:24, 8:24] = 0.5
    rusty = photo.clone()
    rusty[:, 0, 8:24, 8:24] += 0.25
    assert contrast_loss(rusty, photo) > 0.001


def test_edges_are_soft_where_the_photo_is_calm() -> None:
    flat = torch.zeros(1, 3, 32, 32)
    edge, moved, soft = flat.clone(), flat.clone(), torch.linspace(0, 0.15, 32).expand(1, 3, 32, 32)
    edge[:, :, :, 16:] = 0.5
    moved[:, :, :, 20:] = 0.5
    assert contour_loss(flat, flat) == contour_loss(edge, edge) == contour_loss(moved, edge) == 0
    assert contour_loss(soft, flat) == 0
    # Of seven steps in a row, one is 0.475 too high.
    torch.testing.assert_close(contour_loss(edge, flat), torch.tensor(0.475 / 7))
    assert contour_loss(edge.transpose(2, 3), flat) == contour_loss(edge, flat)


def test_a_change_of_key_is_no_contrast() -> None:
    photo = torch.rand(1, 3, 48, 48)
    torch.testing.assert_close(contrast_loss(photo - 0.5, photo), torch.tensor(0.0))


def test_every_level_of_features_counts_alike() -> None:
    levels = [torch.full((1, 1, 4, 4), 0.5), torch.full((1, 1, 2, 2), 2.0)]
    assert critic_generator_loss(levels) == -2.5
    # Beyond the margin a score costs nothing more.
    assert critic_discriminator_loss(levels, [-level for level in levels]) == 0.5 + 0.5
    assert critic_discriminator_loss(levels, levels) == (0.5 + 1.5) + (0 + 3)
