import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cyclegan.checkpoints import CheckpointError, load_checkpoint
from cyclegan.networks import GeneratorConfig
from cyclegan.training import LAST, METRICS, ImagePool, Trainer, TrainingConfig, train
from pictures import landscape

SMALL = GeneratorConfig(base_channels=4, residual_blocks=1)


@pytest.fixture
def config(tmp_path: Path) -> TrainingConfig:
    for domain in ("paintings", "photos"):
        (tmp_path / domain).mkdir()
        for number in range(3):
            landscape(40, 40, seed=number + 10 * len(domain)).save(tmp_path / domain / f"{number}.png")
    return TrainingConfig(
        paintings=tmp_path / "paintings",
        photos=tmp_path / "photos",
        run=tmp_path / "run",
        steps=20,
        crop=32,
        load_size=36,
        pool_size=2,
        precision="float32",
        compile=False,
        workers=0,
        save_every=3,
        log_every=2,
    )


@pytest.fixture
def trainer(config: TrainingConfig) -> Trainer:
    return Trainer(config, SMALL)


@pytest.fixture
def batch() -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    return torch.rand(1, 3, 32, 32) - 1, torch.rand(1, 3, 32, 32)  # dark paintings, bright photos


class Recorder(nn.Module):
    """Passes a network's pictures on and keeps a copy of them."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.seen: list[Tensor] = []

    def forward(self, pictures: Tensor) -> Tensor:
        self.seen.append(pictures.detach().clone())
        scores: Tensor = self.network(pictures)
        return scores


def weights(network: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def test_a_step_changes_all_four_networks_and_the_average(trainer: Trainer, batch: tuple[Tensor, Tensor]) -> None:
    networks = (trainer.to_painting, trainer.to_photo, trainer.judge_painting, trainer.judge_photo, trainer.averaged)
    before = [weights(network).clone() for network in networks]
    losses = trainer.step(*batch)
    assert all(not torch.equal(old, weights(network)) for old, network in zip(before, networks, strict=True))
    assert trainer.step_number == 1
    assert len(losses) == 8
    assert all(loss.isfinite() for loss in losses.values())


def test_each_discriminator_sees_the_real_pictures_of_its_own_domain(
    trainer: Trainer, batch: tuple[Tensor, Tensor]
) -> None:
    painting, photo = batch
    judges = trainer._score_painting, trainer._score_photo = (
        Recorder(trainer.judge_painting),
        Recorder(trainer.judge_photo),
    )
    trainer.step(painting, photo)
    for judge, real in zip(judges, (painting, photo), strict=True):
        in_generators_step, in_own_step = judge.seen
        assert len(in_generators_step) == 1  # the fake alone
        assert torch.equal(in_own_step[0], real[0])
        assert torch.equal(in_own_step[1], in_generators_step[0])  # a young pool answers with the new fake


def test_identity_is_asked_of_the_domain_painted_into(trainer: Trainer, batch: tuple[Tensor, Tensor]) -> None:
    painting, photo = batch
    generators = trainer._paint, trainer._photograph = Recorder(trainer.to_painting), Recorder(trainer.to_photo)
    with torch.no_grad():
        same_painting, same_photo = trainer.to_painting(painting), trainer.to_photo(photo)
    losses = trainer.step(painting, photo)
    assert [torch.equal(generators[0].seen[0], torch.cat([photo, painting]))] == [True]
    torch.testing.assert_close(losses["identity_painting"], (same_painting - painting).abs().mean())
    torch.testing.assert_close(losses["identity_photo"], (same_photo - photo).abs().mean())


def test_discriminators_take_no_gradient_from_the_generators_step(
    trainer: Trainer, batch: tuple[Tensor, Tensor]
) -> None:
    trainer._step_generators(*batch)
    assert all(parameter.grad is None for parameter in trainer.judge_painting.parameters())
    assert all(parameter.requires_grad for parameter in trainer.judge_painting.parameters())


@pytest.mark.parametrize(("step", "rate"), [(0, 2e-4), (10, 2e-4), (15, 1e-4), (19, 2e-5), (20, 0)])
def test_learning_rate_is_constant_then_falls_to_zero(trainer: Trainer, step: int, rate: float) -> None:
    trainer.step_number = step
    assert trainer.learning_rate() == pytest.approx(rate)


def test_the_average_forgets_its_start_and_then_moves_slowly(trainer: Trainer) -> None:
    zero, one = torch.zeros(1), torch.ones(1)
    assert trainer._average(zero, one, 0).item() == pytest.approx(0.9)
    assert trainer._average(zero, one, 10**6).item() == pytest.approx(1 - trainer.config.ema_decay)


def test_the_pool_answers_new_fakes_until_full_and_then_old_ones_half_the_time() -> None:
    pool = ImagePool(size=50, seed=0)
    fakes = torch.arange(1050.0).reshape(-1, 1, 1, 1).expand(-1, 3, 1, 1)
    answers = pool.exchange(fakes)
    assert torch.equal(answers[:50], fakes[:50])
    old = (answers[50:] != fakes[50:]).any((1, 2, 3))
    assert 0.45 < old.float().mean() < 0.55
    assert len(pool.pictures) == 50


def test_training_writes_metrics_and_a_checkpoint(config: TrainingConfig) -> None:
    assert train(config, SMALL) == 20
    lines = [json.loads(line) for line in (config.run / METRICS).read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(2, 21, 2))
    state = load_checkpoint(config.run / LAST)
    assert state["step"] == 20
    assert state["record"]["paintings"] == 3
    assert state["record"]["seconds"] > 0


def test_sigterm_saves_and_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(
    config: TrainingConfig, tmp_path: Path
) -> None:
    train(config, SMALL)
    whole = load_checkpoint(config.run / LAST)

    halves = tmp_path / "halves"
    flags = ["--crop=32", "--load-size=36", "--pool-size=2", "--precision=float32", "--no-compile", "--workers=0"]
    command = [sys.executable, "train.py", f"--paintings={config.paintings}", f"--photos={config.photos}"]
    command += [f"--run={halves}", "--steps=20", *flags, "--log-every=1", "--base-channels=4", "--residual-blocks=1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as interrupted:
        while not (halves / METRICS).is_file() or not (halves / METRICS).read_text():
            assert interrupted.poll() is None
            time.sleep(0.001)
        interrupted.send_signal(signal.SIGTERM)
        assert interrupted.stderr is not None
        said = interrupted.stderr.read()
    assert interrupted.returncode == 0
    assert "continue with --resume" in said
    assert load_checkpoint(halves / LAST)["step"] < 20

    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    resumed = load_checkpoint(halves / LAST)
    for name in ("to_painting", "to_photo", "judge_painting", "judge_photo", "averaged"):
        for key, value in whole[name].items():
            assert torch.equal(value, resumed[name][key]), f"{name}.{key}"


def test_a_run_is_never_overwritten_by_accident(config: TrainingConfig) -> None:
    train(config, SMALL)
    with pytest.raises(CheckpointError, match="--resume"):
        train(config, SMALL)


def test_a_checkpoint_of_another_architecture_is_a_clear_error(config: TrainingConfig) -> None:
    train(config, SMALL)
    with pytest.raises(CheckpointError, match="'residual_blocks': 1"):
        train(config, GeneratorConfig(base_channels=4, residual_blocks=2), resume=True)
