from dataclasses import replace

import pytest
import torch
from torch import Tensor

from cyclegan.networks import GeneratorConfig, PatchDiscriminator
from cyclegan.train.config import MAX_SEED, MIN_CROP, ConfigError, TrainingConfig, check_generator
from cyclegan.train.loop import train
from cyclegan.train.trainer import Trainer


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("steps", 0, "--steps must be 1 or more, not 0"),
        ("steps", -5, "not -5"),
        ("batch_size", 0, "--batch-size"),
        ("crop", MIN_CROP - 1, "--crop must be 24 or more, not 23"),
        ("load_size", 31, "--load-size must be at least as large as --crop, 32, not 31"),
        ("learning_rate", -1e-4, "--learning-rate must be 0 or more, not -0.0001"),
        ("learning_rate", float("nan"), "must be finite, not nan"),
        ("learning_rate", float("inf"), "must be finite, not inf"),
        ("beta1", 1.0, "--beta1 must be at least 0 and below 1, not 1.0"),
        ("beta1", -0.1, "--beta1"),
        ("cycle_weight", -1.0, "--cycle-weight"),
        ("identity_weight", -1.0, "--identity-weight"),
        ("adversarial_weight", -1.0, "--adversarial-weight"),
        ("feature_weight", -1.0, "--feature-weight"),
        ("constrain_every", 0, "--constrain-every"),
        ("warmup_steps", -1, "--warmup-steps"),
        ("discriminator_steps", 0, "--discriminator-steps"),
        ("ema_decay", 1.0, "--ema-decay must be at least 0 and below 1"),
        ("ema_decay", float("nan"), "--ema-decay"),
        ("pool_size", -1, "--pool-size"),
        ("seed", -1, "--seed"),
        ("seed", MAX_SEED + 1, "--seed must be at most"),
        ("workers", -1, "--workers"),
        ("save_every", 0, "--save-every"),
        ("log_every", 0, "--log-every"),
        ("evaluate_every", 0, "--evaluate-every"),
    ],
)
def test_a_number_out_of_bounds_is_one_sentence(config: TrainingConfig, name: str, value: float, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as raised:
        replace(config, **{name: value})  # type: ignore[arg-type]
    assert str(raised.value).count("\n") == 0


@pytest.mark.parametrize("numbers", [{"base_channels": 0}, {"base_channels": -4}, {"residual_blocks": -1}])
def test_an_impossible_generator_is_one_sentence(config: TrainingConfig, numbers: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=r"must be [01] or more"):
        train(config, GeneratorConfig(**numbers))
    assert not config.output.exists()


def test_a_misspelt_device_is_refused_before_anything_is_written(
    config: TrainingConfig, small: GeneratorConfig
) -> None:
    with pytest.raises(ConfigError, match="not 'cudda'"):
        train(replace(config, device="cudda"), small)
    assert not config.output.exists()


def test_the_lowest_numbers_train(config: TrainingConfig) -> None:
    smallest = GeneratorConfig(base_channels=1, residual_blocks=0)
    check_generator(smallest)
    trainer = Trainer(replace(config, crop=MIN_CROP, pool_size=0, seed=MAX_SEED, feature_weight=1.0), smallest)
    losses = trainer.step(*torch.rand(2, 1, 3, MIN_CROP, MIN_CROP))
    assert all(loss.isfinite() for loss in losses.values())


def test_the_smallest_crop_is_the_smallest_that_gets_a_score() -> None:
    def scores(side: int) -> Tensor:
        found: Tensor = PatchDiscriminator(base_channels=4)(torch.rand(1, 3, side, side))
        return found

    assert scores(MIN_CROP).shape == (1, 1, 1, 1)
    with pytest.raises((RuntimeError, ValueError)):
        scores(MIN_CROP - 1)


def test_every_number_of_the_command_line_is_checked(config: TrainingConfig) -> None:
    for name, value in vars(config).items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            with pytest.raises(ConfigError, match="--" + name.replace("_", "-")):
                replace(config, **{name: -1})  # type: ignore[arg-type]
