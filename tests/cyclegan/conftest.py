from pathlib import Path

import pytest

from cyclegan.networks import GeneratorConfig
from cyclegan.train.config import TrainingConfig
from pictures import landscape

STEPS = 12


@pytest.fixture
def small() -> GeneratorConfig:
    return GeneratorConfig(base_channels=4, residual_blocks=1)


@pytest.fixture
def config(tmp_path: Path, folders: tuple[Path, Path]) -> TrainingConfig:
    return TrainingConfig(
        *folders,
        output=tmp_path / "run",
        steps=STEPS,
        batch_size=2,
        crop=32,
        load_size=36,
        pool_size=2,
        precision="float32",
        compile=False,
        workers=0,
        save_every=1,
        log_every=1,
        evaluate_every=6,
    )


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of three paintings and one of three photos."""
    paintings, photos = (tmp_path_factory.mktemp(domain) for domain in ("paintings", "photos"))
    for number in range(3):
        landscape(40, 40, seed=number).save(paintings / f"{number}.png")
        landscape(40, 40, seed=10 + number).save(photos / f"{number}.png")
    return paintings, photos
