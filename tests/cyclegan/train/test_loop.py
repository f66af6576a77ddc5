import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from cyclegan.checkpoints import CheckpointError, load_checkpoint, load_generator, save_generator, save_pack
from cyclegan.folders import FolderError
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.train.config import TrainingConfig
from cyclegan.train.journal import GRIDS, METRICS, read_metrics
from cyclegan.train.loop import BEST, LAST, RunError, train
from cyclegan.train.trainer import Trainer

NETWORKS = ("to_painting", "to_photo", "painting_discriminator", "photo_discriminator", "averaged")


def flags(config: TrainingConfig, small: GeneratorConfig) -> list[str]:
    """Returns the command-line flags for `config` and `small`."""
    spelled = []
    for name, value in {**vars(config), **vars(small)}.items():
        flag = name.replace("_", "-")
        if isinstance(value, bool):
            spelled.append(f"--{flag}" if value else f"--no-{flag}")
        elif value is not None:
            spelled.append(f"--{flag}={value}")
    return spelled


def weights(checkpoint: Path) -> dict[str, torch.Tensor]:
    return flatten(load_checkpoint(checkpoint))


def flatten(state: dict[str, Any]) -> dict[str, torch.Tensor]:
    return {f"{network}.{name}": value for network in NETWORKS for name, value in state[network].items()}


def assert_same_weights(one: Path, other: Path) -> None:
    ours, theirs = weights(one), weights(other)
    for name, value in ours.items():
        torch.testing.assert_close(theirs[name], value, atol=0, rtol=0, msg=name)


@pytest.fixture
def command(config: TrainingConfig, small: GeneratorConfig) -> list[str]:
    return [sys.executable, "train.py", *flags(config, small)]


@pytest.fixture
def uninterrupted(config: TrainingConfig, small: GeneratorConfig) -> Path:
    """The last checkpoint of the same run, in another folder and never interrupted."""
    whole = replace(config, output=config.output.with_name("uninterrupted"))
    train(whole, small)
    return whole.output / LAST


def stop(command: Sequence[str], how: signal.Signals, when: Callable[[], bool]) -> str:
    """Starts a training, sends it a signal as soon as `when` is true, and returns what it printed."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as training:
        assert training.stderr is not None
        while not when():
            assert training.poll() is None, training.stderr.read()
            time.sleep(0.001)
        training.send_signal(how)
        return training.stderr.read()


def test_a_run_writes_metrics_and_its_last_checkpoint(config: TrainingConfig, small: GeneratorConfig) -> None:
    assert train(config, small) == config.steps
    lines = read_metrics(config.output)
    assert [line["step"] for line in lines] == list(range(1, config.steps + 1))
    assert {"cycle_photo", "identity_painting"} <= lines[0].keys()
    # The rate that each of the twelve steps was made with. No step uses the 0 that follows the last one.
    falling = [1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6]
    assert [line["learning_rate"] / config.learning_rate for line in lines] == pytest.approx([1] * 6 + falling)
    state = load_checkpoint(config.output / LAST)
    assert state["step"] == config.steps
    assert state["record"]["photos"] == 3
    assert state["record"]["seconds"] > 0


def test_an_evaluated_run_keeps_the_best_checkpoint_and_its_grids(
    config: TrainingConfig, small: GeneratorConfig
) -> None:
    train(replace(config, test_photos=config.photos), small)
    evaluations = {line["step"]: line["kid"] for line in read_metrics(config.output) if "kid" in line}
    assert list(evaluations) == [6, 12]
    best = load_checkpoint(config.output / BEST)
    assert evaluations[best["step"]] == min(evaluations.values()) == best["record"]["best_kid"]
    assert len(list((config.output / GRIDS).iterdir())) == 2
    load_generator(config.output / BEST)


def test_sigterm_saves_and_the_resumed_run_ends_as_an_uninterrupted_one(
    config: TrainingConfig, command: list[str], uninterrupted: Path
) -> None:
    metrics = config.output / METRICS
    said = stop(command, signal.SIGTERM, lambda: metrics.is_file() and metrics.stat().st_size > 0)
    assert "continue with --resume" in said
    assert load_checkpoint(config.output / LAST)["step"] < config.steps
    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    assert_same_weights(config.output / LAST, uninterrupted)


def test_sigkill_in_a_step_and_in_a_save_leave_a_checkpoint_that_resumes_exactly(
    config: TrainingConfig, command: list[str], uninterrupted: Path
) -> None:
    last, partial = config.output / LAST, config.output / f"{LAST}.partial"
    stop(command, signal.SIGKILL, lambda: last.is_file() and partial.is_file())
    in_save = load_checkpoint(last)["step"]
    assert in_save < config.steps
    stop([*command, "--resume"], signal.SIGKILL, lambda: load_step(last) > in_save and not partial.is_file())
    assert load_checkpoint(last)["step"] < config.steps
    with open(config.output / METRICS, "a") as metrics:
        metrics.write('{"step": 12, "cyc')  # what a kill during a write leaves
    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    assert_same_weights(last, uninterrupted)
    assert [line["step"] for line in read_metrics(config.output)] == list(range(1, config.steps + 1))


def load_step(checkpoint: Path) -> int:
    return int(load_checkpoint(checkpoint)["step"])


@pytest.mark.parametrize("discriminator_steps", [1, 2])
def test_two_processes_train_as_one_with_the_same_batch(
    config: TrainingConfig, small: GeneratorConfig, discriminator_steps: int
) -> None:
    config = replace(config, steps=3, learning_rate=1e-5, discriminator_steps=discriminator_steps, augment=True)
    alone = replace(config, output=config.output.with_name("alone"))
    train(alone, small)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    subprocess.run([*torchrun, "train.py", *flags(config, small)], check=True, capture_output=True)
    together = config.output / LAST
    assert load_checkpoint(together)["record"]["settings"][0]["settings"]["processes"] == 2

    start = Trainer(config, small).state_dict()
    moved = mean_distance(weights(alone.output / LAST), flatten(start))
    apart = mean_distance(weights(alone.output / LAST), weights(together))
    # Sums in another order differ in their last bits, and Adam turns the smallest gradients into full steps. The low
    # learning rate keeps these small; without averaged gradients the runs would be as far apart as they have moved.
    assert apart < 0.02 * moved


def mean_distance(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> float:
    return float(torch.cat([(value - theirs[name]).flatten().abs() for name, value in ours.items()]).mean())


def test_init_begins_with_published_weights(config: TrainingConfig, small: GeneratorConfig, tmp_path: Path) -> None:
    torch.manual_seed(5)
    start = Generator(small)
    save_generator(start, small, tmp_path / "start.safetensors")
    train(replace(config, steps=1, learning_rate=0.0), small, init=tmp_path / "start.safetensors")
    trained = load_checkpoint(config.output / LAST)
    for name, value in start.state_dict().items():
        for network in ("to_painting", "to_photo"):
            torch.testing.assert_close(trained[network][name], value.half().float())


@pytest.mark.parametrize("packed", [True, False], ids=["pack", "checkpoint"])
def test_init_goes_on_with_all_networks_of_another_run(
    config: TrainingConfig, small: GeneratorConfig, tmp_path: Path, packed: bool
) -> None:
    begun = replace(
        config, output=tmp_path / "begun", feature_weight=1.0, palette_weight=1.0, crop=64, load_size=64, steps=2
    )
    train(begun, small)
    start = begun.output / LAST
    if packed:
        save_pack(start, tmp_path / "monet.start.safetensors")
        start = tmp_path / "monet.start.safetensors"
    train(replace(begun, output=tmp_path / "next", steps=1, learning_rate=0.0), small, init=start)
    theirs, ours = load_checkpoint(begun.output / LAST), load_checkpoint(tmp_path / "next" / LAST)
    expected = {name: theirs[name] for name in ("to_photo", "painting_discriminator", "photo_discriminator")}
    expected["to_painting"] = {name.removeprefix("module."): value for name, value in theirs["averaged"].items()}
    expected |= {critic: theirs[critic]["discriminator"] for critic in ("feature_critic", "palette_critic")}
    found = ours | {critic: ours[critic]["discriminator"] for critic in ("feature_critic", "palette_critic")}
    for network, weights in expected.items():
        for name, value in weights.items():
            if name != "n_averaged" and "_v" not in name and "_u" not in name:  # spectral norm goes on
                torch.testing.assert_close(found[network][name], value, atol=2e-3, rtol=0)


def test_fewer_than_two_test_photos_are_refused_before_the_first_step(
    config: TrainingConfig, small: GeneratorConfig, tmp_path: Path
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    shutil.copy(config.photos / "0.png", few)
    for folders in ({"test_photos": few}, {"test_photos": config.photos, "paintings": few}):
        with pytest.raises(FolderError, match=r"at least 2 pictures into .*few: it holds only 1"):
            train(replace(config, **folders), small)
    assert not config.output.exists()


def test_settings_changed_during_a_run_are_all_recorded(config: TrainingConfig, small: GeneratorConfig) -> None:
    train(replace(config, steps=1), small)
    train(replace(config, steps=2, cycle_weight=3.0), small, resume=True)
    parts = load_checkpoint(config.output / LAST)["record"]["settings"]
    assert [(part["from_step"], part["settings"]["cycle_weight"]) for part in parts] == [(0, 10.0), (1, 3.0)]


def test_a_resumed_run_refuses_other_pictures_than_it_began_with(
    config: TrainingConfig, small: GeneratorConfig, tmp_path: Path
) -> None:
    train(replace(config, steps=1), small)
    shutil.copytree(config.photos, tmp_path / "fewer")
    (tmp_path / "fewer" / "0.png").unlink()
    with pytest.raises(RunError, match="began with 3 photos, but now there are 2"):
        train(replace(config, photos=tmp_path / "fewer"), small, resume=True)


def test_what_can_not_be_started_is_a_clear_error(
    config: TrainingConfig, small: GeneratorConfig, tmp_path: Path
) -> None:
    train(replace(config, steps=1), small)
    with pytest.raises(RunError, match="--resume"):
        train(config, small)
    with pytest.raises(RunError, match="not both"):
        train(config, small, resume=True, init=tmp_path / "any.pt")
    with pytest.raises(CheckpointError, match="'residual_blocks': 1"):
        train(config, GeneratorConfig(base_channels=4, residual_blocks=2), resume=True)
    other = GeneratorConfig(base_channels=4, residual_blocks=2)
    with pytest.raises(CheckpointError, match="residual_blocks=1"):
        train(replace(config, output=tmp_path / "new"), other, init=config.output / LAST)
