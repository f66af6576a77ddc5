import numpy as np
import openvino as ov
import pytest
import torch

from cyclegan.engines.openvino import compile_model, with_given_statistics, with_short_lifetimes
from cyclegan.evaluate.fidelity import psnr, to_bytes
from cyclegan.export.calibration import calibrate
from cyclegan.export.openvino import build
from cyclegan.export.torchscript import FRAME, quantize
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.tensors import to_tensor
from pictures import landscape


@pytest.fixture(scope="module", params=[0, 1, 4, 8], ids=["tanh", "residual", "low-pass", "low-pass-8"])
def generator(request: pytest.FixtureRequest) -> Generator:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(8, 1, request.param)).eval()
    last = list(generator.layers.children())[-2]
    torch.nn.init.normal_(last.weight, 0, 0.02)  # otherwise an untrained residual generator is the identity
    return generator


def photo(width: int, height: int, seed: int = 0) -> torch.Tensor:
    return to_tensor(landscape(width, height, seed)).unsqueeze(0)


def run(model: ov.Model, *inputs: np.ndarray) -> list[np.ndarray]:
    return [np.array(output) for output in compile_model(model, threads=1).infer(list(inputs)).values()]


@pytest.mark.parametrize("size", [(160, 160), (200, 136)])
def test_in_float_it_paints_as_the_generator_does_inside_its_frame(generator: Generator, size: tuple[int, int]) -> None:
    picture = photo(*size)
    painting, *_ = run(build(generator, None), picture.numpy())
    with torch.inference_mode():
        expected = generator.train()(picture)  # without the margin, which the engine adds
    assert painting.shape == (1, 3, size[1] - 2 * FRAME, size[0] - 2 * FRAME)
    inner = slice(8, -8)  # near the edges, the two pad with zeros at different positions
    theirs = expected[:, :, FRAME:-FRAME, FRAME:-FRAME][:, :, inner, inner]
    assert psnr(to_bytes(torch.from_numpy(painting[:, :, inner, inner])), to_bytes(theirs)) > 36


@pytest.mark.filterwarnings("ignore:(?s).*deprecated")  # torch deprecates every kind of quantization
def test_in_int8_it_paints_and_measures_as_the_other_engine_does(generator: Generator) -> None:
    calibration = calibrate(generator.eval(), [photo(128, 96, seed) for seed in range(8)])
    picture = photo(128, 96, seed=20)
    painting, *statistics = run(build(generator, calibration), picture.numpy())
    with torch.inference_mode():
        expected, measured = quantize(generator, calibration).paint(picture, [])
    assert psnr(to_bytes(torch.from_numpy(painting)), to_bytes(expected)) > 34
    assert len(statistics) == len(measured)
    second = list(calibration.channels.values())[1]
    # TorchScript's are of maps scaled to their calibrated range, and their variance includes epsilon.
    mean, deviation = second.middle + second.half * measured[1][0], second.half * measured[1][1].sqrt()
    np.testing.assert_allclose(statistics[1][0].ravel(), mean, atol=0.1 * deviation.max())
    np.testing.assert_allclose(np.sqrt(statistics[1][1]).ravel(), deviation, rtol=0.1)


def test_given_its_own_statistics_it_paints_the_same(generator: Generator) -> None:
    model, picture = build(generator, None), photo(96, 64).numpy()
    painting, *statistics = run(model, picture)
    (again,) = run(with_given_statistics(model), picture, *statistics)
    np.testing.assert_allclose(again, painting, atol=1e-5)
    (other,) = run(with_given_statistics(model), picture, *[2 * statistic for statistic in statistics])
    assert np.abs(other - painting).max() > 0.01


def test_with_short_lifetimes_it_paints_the_same(generator: Generator) -> None:
    model, picture = build(generator, None), photo(96, 64).numpy()
    short = with_short_lifetimes(model)
    for shortened, original in zip(run(short, picture), run(model, picture), strict=True):
        np.testing.assert_array_equal(shortened, original)
    slices = [node.get_type_name() for node in short.get_ops()].count("Slice")
    assert slices == [node.get_type_name() for node in model.get_ops()].count("Slice") + len(model.outputs) - 1
