import pytest
import torch
from torch import nn

from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator

SMALL = GeneratorConfig(base_channels=4, residual_blocks=1)


def test_defaults_are_the_documented_ones() -> None:
    convolutions = [module for module in Generator().modules() if isinstance(module, nn.Conv2d)]
    assert len(convolutions) == 1 + 2 + 2 * 5 + 2 + 1
    assert convolutions[0].out_channels == 64
    assert [convolution.stride for convolution in convolutions[:3]] == [(1, 1), (2, 2), (2, 2)]


def test_upsamples_without_transposed_convolution() -> None:
    kinds = [type(module) for module in Generator(SMALL).modules()]
    assert nn.ConvTranspose2d not in kinds
    assert kinds.count(nn.Upsample) == 2


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (8, 8), (33, 50), (64, 64)])
def test_any_size_comes_back_as_it_was(size: tuple[int, int]) -> None:
    photo = torch.rand(2, 3, *size) * 2 - 1
    painting = Generator(SMALL)(photo)
    assert painting.shape == photo.shape
    assert painting.abs().max() <= 1


def test_padding_to_a_multiple_of_four_leaves_the_picture_in_place() -> None:
    generator = Generator(SMALL).eval()
    photo = torch.rand(1, 3, 30, 41)
    by_hand = nn.functional.pad(photo, (0, 3, 0, 2), mode="replicate")
    torch.testing.assert_close(generator(photo), generator(by_hand)[:, :, :30, :41])


def test_residual_output_adds_the_photo() -> None:
    torch.manual_seed(0)
    plain = Generator(SMALL)
    residual = Generator(GeneratorConfig(base_channels=4, residual_blocks=1, residual_output=True))
    residual.load_state_dict(plain.state_dict())
    photo = torch.rand(1, 3, 16, 16)
    torch.testing.assert_close(residual(photo), photo + plain(photo))


def test_weights_start_from_the_papers_distribution() -> None:
    torch.manual_seed(0)
    for network in (Generator(), PatchDiscriminator()):
        weights = torch.cat([m.weight.flatten() for m in network.modules() if isinstance(m, nn.Conv2d)])
        assert weights.std().item() == pytest.approx(0.02, rel=0.01)
        assert weights.mean().item() == pytest.approx(0, abs=1e-4)


def test_discriminator_keeps_its_map_of_scores() -> None:
    assert PatchDiscriminator(base_channels=4)(torch.zeros(2, 3, 256, 256)).shape == (2, 1, 30, 30)


def test_each_score_sees_70_pixels() -> None:
    discriminator = PatchDiscriminator(base_channels=2)
    # Instance norm looks at the whole map; the receptive field is that of the convolutions.
    discriminator.layers = nn.Sequential(
        *(layer for layer in discriminator.layers if not isinstance(layer, nn.InstanceNorm2d))
    )
    picture = torch.rand(1, 3, 256, 256, requires_grad=True)
    discriminator(picture)[0, 0, 15, 15].backward()
    assert picture.grad is not None
    rows = picture.grad.abs().sum((0, 1, 3)).nonzero()
    assert rows.max() - rows.min() + 1 == 70
