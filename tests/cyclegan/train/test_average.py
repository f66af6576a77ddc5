from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.train.average import MovingAverage, decay_after

DECAY = 0.999


@pytest.fixture
def generator(small: GeneratorConfig) -> Generator:
    torch.manual_seed(0)
    return Generator(small)


def move(network: nn.Module) -> None:
    """Changes the weights, as a step of training does."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += torch.randn_like(parameter)


def test_the_average_forgets_its_start_and_then_moves_slowly() -> None:
    assert decay_after(0, DECAY) == pytest.approx(0.1)
    assert decay_after(10**6, DECAY) == DECAY


def test_it_agrees_with_the_average_written_out(generator: Generator) -> None:
    averaged = MovingAverage(generator, DECAY)
    expected: list[Tensor] = []
    for update in range(6):
        move(generator)
        averaged.update_parameters(generator)
        current = [parameter.detach().clone() for parameter in generator.parameters()]
        decay = min(DECAY, (1 + update) / (10 + update))
        pairs = zip(expected or current, current, strict=True)
        expected = [decay * old + (1 - decay) * new for old, new in pairs]
    for ours, theirs in zip(averaged.module.parameters(), expected, strict=True):
        torch.testing.assert_close(ours.detach(), theirs)


def test_it_resumes_exactly_from_its_state(generator: Generator) -> None:
    averaged, resumed = MovingAverage(generator, DECAY), MovingAverage(generator, DECAY)
    for _ in range(3):
        move(generator)
        averaged.update_parameters(generator)
    resumed.load_state_dict(deepcopy(averaged.state_dict()))
    move(generator)
    for each in (averaged, resumed):
        each.update_parameters(generator)
    for ours, theirs in zip(averaged.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(ours, theirs)


class OperatorCount(TorchDispatchMode):
    """Counts the operators that run inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.calls[func.overloadpacket.__name__] += 1
        result: Callable[..., Any] = func(*args, **(kwargs or {}))
        return result


def test_an_update_is_one_operation_and_reads_no_number_from_the_device(generator: Generator) -> None:
    averaged = MovingAverage(generator, DECAY)
    averaged.update_parameters(generator)
    with OperatorCount() as count:
        averaged.update_parameters(generator)
    assert count.calls["_foreach_lerp_"] == 1
    # Both reads are of AveragedModel's own counter, which stays on the CPU.
    assert count.calls["_local_scalar_dense"] == 2
    assert averaged.n_averaged.device.type == "cpu"
