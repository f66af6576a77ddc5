import torch
from torch import nn

from cyclegan.train.feature_discriminator import LEVELS, FeatureDiscriminator, PictureFeatures


def test_each_level_is_scored_at_every_position() -> None:
    scores = FeatureDiscriminator()(PictureFeatures()(torch.rand(2, 3, 64, 64) * 2 - 1))
    assert [tuple(level.shape) for level in scores] == [(2, 1, side, side) for side in (16, 8, 4, 2)]


def test_features_are_never_trained_and_keep_their_statistics() -> None:
    features = PictureFeatures()
    assert not any(parameter.requires_grad for parameter in features.parameters())
    nn.Sequential(features).train()
    before = features(torch.ones(1, 3, 64, 64))[0]
    features(torch.rand(4, 3, 64, 64))
    assert torch.equal(before, features(torch.ones(1, 3, 64, 64))[0])


def test_scores_don_t_depend_on_how_strong_a_level_s_features_are() -> None:
    discriminator = FeatureDiscriminator().eval()
    levels = [torch.rand(1, channels, 4, 4) for channels in LEVELS.values()]
    weak, strong = discriminator(levels), discriminator([100 * level for level in levels])
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(weak, strong, strict=True))
