from typing import Any

import pytest
import torch
from torch import Tensor

from cyclegan.evaluate.fidelity import psnr, to_bytes
from cyclegan.export.calibration import calibrate
from cyclegan.export.torchscript import (
    FRAME,
    WEIGHT_LIMIT,
    Int8Convolution,
    Int8Generator,
    Int8Stem,
    compile_script,
    quantize,
)
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.tensors import to_tensor
from pictures import landscape

# torch deprecates every kind of quantization, but the pinned version still has them.
pytestmark = pytest.mark.filterwarnings("ignore:(?s).*deprecated")


def photo(width: int = 128, height: int = 96, seed: int = 0) -> Tensor:
    return to_tensor(landscape(width, height, seed)).unsqueeze(0)


@pytest.fixture(scope="module", params=[0, 1, 4, 8], ids=["tanh", "residual", "low-pass", "low-pass-8"])
def generator(request: pytest.FixtureRequest) -> Generator:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(8, 1, request.param)).eval()
    last = list(generator.layers.children())[-2]
    torch.nn.init.normal_(last.weight, 0, 0.02)  # otherwise an untrained residual generator is the identity
    return generator


@pytest.fixture(scope="module")
def int8(generator: Generator) -> Int8Generator:
    return quantize(generator, calibrate(generator, [photo(seed=seed) for seed in range(8)]))


def psnr_against_float(int8: Int8Generator, generator: Generator, picture: Tensor) -> float:
    """In dB."""
    with torch.inference_mode():
        return psnr(to_bytes(int8(picture)), to_bytes(generator(picture)))


@pytest.mark.parametrize("seed", range(20, 24))
def test_it_paints_as_the_float_generator_does(int8: Int8Generator, generator: Generator, seed: int) -> None:
    assert psnr_against_float(int8, generator, photo(seed=seed)) > 34


def test_a_photo_of_low_contrast_is_painted_as_in_float(int8: Int8Generator, generator: Generator) -> None:
    faint = ((photo() * 0.1 + 1) * 127.5).round() / 127.5 - 1  # in 8 bits, as real photos
    assert psnr_against_float(int8, generator, faint) > 27


def test_a_large_bright_photo_does_not_overflow(int8: Int8Generator, generator: Generator) -> None:
    assert psnr_against_float(int8, generator, photo(768, 768) * 0.3 + 0.7) > 27


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 200), (50, 7), (130, 97)])
def test_any_size_is_painted(int8: Int8Generator, width: int, height: int) -> None:
    picture = photo(200, 200)[:, :, :height, :width]
    with torch.inference_mode():
        painting = int8(picture)
    assert painting.shape == picture.shape
    assert painting.isfinite().all()


def test_with_a_photos_statistics_a_part_is_painted_as_in_the_whole(int8: Int8Generator) -> None:
    picture = photo(256, 128)
    with torch.inference_mode():
        whole, statistics = int8.paint(picture, [])
        part, _ = int8.paint(picture[:, :, :, 64:], statistics)
        alone, _ = int8.paint(picture[:, :, :, 64:], [])
    assert whole.shape == (1, 3, 128 - 2 * FRAME, 256 - 2 * FRAME)
    # Pixels within reach of the part's edge differ.
    torch.testing.assert_close(part[:, :, :, 64:], whole[:, :, :, 128:], atol=0, rtol=0)
    assert (alone[:, :, :, 64:] - whole[:, :, :, 128:]).abs().max() > 0.01


def test_statistics_for_only_some_norms_are_refused(int8: Int8Generator) -> None:
    with torch.inference_mode():
        _, statistics = int8.paint(photo(64, 64), [])
        with pytest.raises(ValueError, match="of all norms or of none"):
            int8.paint(photo(64, 64), statistics[1:])


def test_each_byte_value_keeps_its_own_quantization_level(int8: Int8Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Tensor] = []
    quantize_per_tensor = torch.quantize_per_tensor

    def watched(*arguments: Any) -> Tensor:
        seen.append(quantize_per_tensor(*arguments))
        return seen[-1]

    monkeypatch.setattr(torch, "quantize_per_tensor", watched)
    every = (torch.arange(256.0) / 127.5 - 1).view(1, 1, 16, 16).expand(1, 3, 16, 16).contiguous()
    int8.stem(every, [], [])
    assert seen[0].int_repr()[0, 0].flatten().tolist() == list(range(256))


def test_weights_fit_into_seven_bits(int8: Int8Generator) -> None:
    layers = [layer.integers for layer in int8.modules() if isinstance(layer, Int8Stem | Int8Convolution)]
    assert len(layers) == 7
    for integers in [*layers, int8.last.weight().int_repr()]:
        assert integers.abs().max() == WEIGHT_LIMIT


def test_compiled_it_paints_the_same(int8: Int8Generator) -> None:
    script = compile_script(int8)
    whole, part = photo(90, 70), photo(64, 48)
    with torch.inference_mode():
        torch.testing.assert_close(script(whole), int8(whole))
        _, statistics = int8.paint(part, [])
        torch.testing.assert_close(script.paint(part, statistics)[0], int8.paint(part, statistics)[0])
