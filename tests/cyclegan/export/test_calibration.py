import pytest
import torch
from torch import Tensor, nn

from cyclegan.export.calibration import CHANNEL_HEADROOM, HEADROOM, calibrate
from cyclegan.networks import Generator, GeneratorConfig, ResidualBlock, extend
from cyclegan.tensors import to_tensor
from pictures import landscape


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(0)
    return Generator(GeneratorConfig(base_channels=4, residual_blocks=1)).eval()


def photo(seed: int) -> Tensor:
    return to_tensor(landscape(64, 48, seed)).unsqueeze(0)


def test_a_channels_range_is_that_of_its_averaged_extremes_and_some_more(generator: Generator) -> None:
    calibration = calibrate(generator, [photo(0), photo(1)])
    mirror, stem = list(generator.layers.children())[:2]
    with torch.no_grad():
        maps = [stem(mirror(extend(photo(seed), 4, 12, 16)[0])) for seed in (0, 1)]
    found = calibration.channels[stem]
    mean, low, high = (
        torch.stack([function(each, (0, 2, 3)) for each in maps]).mean(0)
        for function in (torch.mean, torch.amin, torch.amax)
    )
    torch.testing.assert_close(found.middle + found.half, mean + CHANNEL_HEADROOM * (high - mean))
    torch.testing.assert_close(found.middle - found.half, mean + CHANNEL_HEADROOM * (low - mean))


def test_ranges_cover_what_one_photo_shows(generator: Generator) -> None:
    calibration = calibrate(generator, [photo(0)])
    relu = next(module for module in generator.modules() if isinstance(module, nn.ReLU))
    seen: list[Tensor] = []
    relu.register_forward_hook(lambda module, inputs, output: seen.append(output))
    with torch.no_grad():
        generator(photo(0))
    assert calibration.ranges[relu].zero_point == 0  # nothing below zero comes out of a ReLU
    assert 255 * calibration.ranges[relu].scale == pytest.approx(HEADROOM * seen[0].max().item(), rel=1e-4)


def test_everything_that_will_be_bytes_has_its_range(generator: Generator) -> None:
    calibration = calibrate(generator, [photo(0)])
    *normalized, last = (module for module in generator.modules() if isinstance(module, nn.Conv2d))
    kinds = (nn.ReLU, nn.InstanceNorm2d, ResidualBlock)
    assert calibration.channels.keys() == set(normalized)
    others = {module for module in generator.modules() if isinstance(module, kinds)}
    assert calibration.ranges.keys() == {last, *others}


def test_the_generator_is_left_as_it_was(generator: Generator) -> None:
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    calibrate(generator, [photo(0)])
    assert all(torch.equal(value, generator.state_dict()[name]) for name, value in before.items())
    assert not any(module._forward_hooks for module in generator.modules())
