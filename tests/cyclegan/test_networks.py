from dataclasses import replace
from typing import Literal

import pytest
import torch
from torch import nn

from cyclegan import pictures
from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator, extend, low_pass
from cyclegan.pictures import to_pixels
from cyclegan.tensors import to_tensor
from pictures import landscape

LOW_PASSES = (1, 2, 4, 8)
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
def test_the_painting_has_the_size_of_the_photo(size: tuple[int, int]) -> None:
    photo = torch.rand(2, 3, *size) * 2 - 1
    painting = Generator(SMALL)(photo)
    assert painting.shape == photo.shape
    assert painting.abs().max() <= 1


def test_padding_to_a_multiple_of_four_leaves_the_picture_in_place() -> None:
    generator = Generator(SMALL).eval()
    photo = torch.rand(1, 3, 30, 41)
    by_hand = nn.functional.pad(photo, (0, 3, 0, 2), mode="replicate")
    torch.testing.assert_close(generator(photo), generator(by_hand)[:, :, :30, :41])


@pytest.mark.parametrize(("side", "extended", "before"), [(1, 28, 8), (12, 28, 8), (30, 64, 16), (64, 96, 16)])
def test_a_picture_is_mirrored_by_the_margin_or_as_far_as_it_goes(side: int, extended: int, before: int) -> None:
    picture = torch.rand(1, 3, side, 64)
    larger, top, left = extend(picture, stride=4, min_side=12, margin=16)
    assert larger.shape == (1, 3, extended, 96)
    assert (top, left) == (before, 16)
    assert torch.equal(larger[:, :, top : top + side, 16:80], picture)
    if side > 1:
        assert torch.equal(larger[:, :, top - 1, 16:80], picture[:, :, 1])


def test_the_margin_is_added_in_evaluation_but_not_in_training() -> None:
    generator = Generator(SMALL)
    crop = torch.rand(1, 3, 32, 32)
    torch.testing.assert_close(generator.train()(crop), generator.layers(crop))
    assert (generator.eval()(crop) - generator.layers(crop)).abs().max() > 1e-3


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_a_painted_pixel_depends_on_no_more_than_its_reach(blocks: int) -> None:
    config = GeneratorConfig(base_channels=2, residual_blocks=blocks)
    generator = Generator(config).train()
    for norm in [module for module in generator.modules() if isinstance(module, nn.InstanceNorm2d)]:
        norm.forward = lambda maps: maps  # since a norm sees the whole map
    for relu in [module for module in generator.modules() if isinstance(module, nn.ReLU)]:
        relu.forward = lambda maps: maps
    extents = []
    for pixel in range(100, 104):  # all positions within a stride of 4
        photo = torch.rand(1, 3, 208, 208, requires_grad=True)
        generator(photo)[0, 0, pixel, pixel].backward()
        assert photo.grad is not None
        rows = photo.grad.abs().sum((0, 1, 3)).nonzero()
        extents += [pixel - int(rows.min()), int(rows.max()) - pixel]
    assert config.reach - 4 < max(extents) <= config.reach


@pytest.mark.parametrize("side", LOW_PASSES)
def test_the_output_is_added_to_the_low_pass(side: Literal[1, 2, 4, 8]) -> None:
    torch.manual_seed(0)
    plain = Generator(SMALL).eval()
    added = Generator(replace(SMALL, low_pass=side)).eval()
    added.load_state_dict(plain.state_dict())
    photo = torch.rand(1, 3, 48, 32)
    kept = low_pass(torch.nn.functional.pad(photo, (16,) * 4, mode="reflect"), side)[:, :, 16:-16, 16:-16]
    torch.testing.assert_close(added(photo), kept + plain(photo))


@pytest.mark.parametrize("side", LOW_PASSES)
def test_a_low_pass_keeps_means_and_smooth_slopes_alone(side: int) -> None:
    slope = torch.linspace(-1, 1, 64).expand(1, 3, 64, 64)
    kept = low_pass(slope, side)
    torch.testing.assert_close(kept[:, :, :, side:-side], slope[:, :, :, side:-side])
    noise = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert low_pass(noise, side).mean().item() == pytest.approx(noise.mean().item(), abs=0.02)
    assert low_pass(noise, side).std().item() == pytest.approx(noise.std().item() if side == 1 else 0, abs=1 / side)
    assert torch.equal(low_pass(noise, side), noise) is (side == 1)


@pytest.mark.parametrize("side", LOW_PASSES)
@pytest.mark.parametrize("size", [(64, 64), (33, 50), (17, 90)])
def test_the_low_pass_of_an_array_is_that_of_the_network(side: int, size: tuple[int, int]) -> None:
    photo = landscape(*size)
    stride = GeneratorConfig(low_pass=side).stride
    extended, top, left = extend(to_tensor(photo).unsqueeze(0), stride, Generator.min_side, Generator.margin)
    theirs = low_pass(extended, side)[0, :, top : top + size[1], left : left + size[0]].permute(1, 2, 0)
    ours = pictures.low_pass(to_pixels(photo), side)
    assert ours.shape == (size[1], size[0], 3)
    torch.testing.assert_close(torch.from_numpy(ours), theirs, atol=1e-5, rtol=0)


def test_weights_start_from_the_papers_distribution() -> None:
    torch.manual_seed(0)
    for network in (Generator(), PatchDiscriminator()):
        weights = torch.cat([m.weight.flatten() for m in network.modules() if isinstance(m, nn.Conv2d)])
        assert weights.std().item() == pytest.approx(0.02, rel=0.01)
        assert weights.mean().item() == pytest.approx(0, abs=1e-4)


def test_the_discriminator_returns_a_map_of_scores() -> None:
    assert PatchDiscriminator(base_channels=4)(torch.zeros(2, 3, 256, 256)).shape == (2, 1, 30, 30)


def test_each_score_sees_70_pixels() -> None:
    discriminator = PatchDiscriminator(base_channels=2)
    # Without the norms, which see the whole map.
    discriminator.layers = nn.Sequential(
        *(layer for layer in discriminator.layers if not isinstance(layer, nn.InstanceNorm2d))
    )
    picture = torch.rand(1, 3, 256, 256, requires_grad=True)
    discriminator(picture)[0, 0, 15, 15].backward()
    assert picture.grad is not None
    rows = picture.grad.abs().sum((0, 1, 3)).nonzero()
    assert rows.max() - rows.min() + 1 == 70
