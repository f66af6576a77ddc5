import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cyclegan.checkpoints import (
    NETWORKS,
    PACK,
    CheckpointError,
    load_checkpoint,
    load_generator,
    load_networks,
    save_checkpoint,
    save_generator,
    save_pack,
)
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.train.config import TrainingConfig
from cyclegan.train.loop import train

SMALL = GeneratorConfig(base_channels=4, residual_blocks=1, low_pass=1)


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    state = {"step": 3, "weights": {"a": torch.arange(4.0)}, "pictures": [torch.ones(2)]}
    save_checkpoint(state, tmp_path / "run" / "last.pt")
    loaded = load_checkpoint(tmp_path / "run" / "last.pt")
    assert loaded["step"] == 3
    assert torch.equal(loaded["weights"]["a"], state["weights"]["a"])  # type: ignore[index]
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["last.pt"]


def test_a_full_disk_leaves_the_earlier_checkpoint(tmp_path: Path) -> None:
    # A limit on the size of files interrupts the writing, as a full disk does.
    path = tmp_path / "last.pt"
    save_checkpoint({"step": 1}, path)
    script = f"""
import pathlib, resource, torch
from cyclegan.checkpoints import CheckpointError, save_checkpoint
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    save_checkpoint({{"step": 2, "weights": torch.rand(100_000)}}, pathlib.Path({str(path)!r}))
except CheckpointError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "can't be written" in ended.stdout
    assert load_checkpoint(path) == {"step": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["last.pt"]


@pytest.mark.parametrize("content", [None, b"", b"no checkpoint", b"PK\x03\x04 cut short"])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_missing_or_damaged_file_is_a_clear_error(tmp_path: Path, suffix: str, content: bytes | None) -> None:
    path = tmp_path / f"weights{suffix}"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CheckpointError, match=str(path)):
        load_generator(path)


def test_a_checkpoint_of_something_else_is_a_clear_error(tmp_path: Path) -> None:
    save_checkpoint({"step": 1}, tmp_path / "other.pt")
    with pytest.raises(CheckpointError, match="not a checkpoint of train"):
        load_generator(tmp_path / "other.pt")


def test_an_artifact_is_not_taken_for_a_checkpoint() -> None:
    with pytest.raises(CheckpointError, match=r"monet.pt is damaged, or not a checkpoint"):
        load_checkpoint(Path("weights/monet.pt"))


def test_published_weights_paint_as_the_generator_did(tmp_path: Path) -> None:
    torch.manual_seed(0)
    generator = Generator(SMALL).eval()
    save_generator(generator, SMALL, tmp_path / "monet.safetensors")
    loaded, config = load_generator(tmp_path / "monet.safetensors")
    photo = torch.rand(1, 3, 32, 32)
    assert config == SMALL
    torch.testing.assert_close(loaded(photo), generator(photo), atol=2e-3, rtol=0)  # float16 on disk


def test_published_weights_stand_for_both_generators(tmp_path: Path) -> None:
    generator = Generator(SMALL)
    save_generator(generator, SMALL, tmp_path / "monet.safetensors")
    networks, config = load_networks(tmp_path / "monet.safetensors")
    assert config == SMALL
    assert set(networks) == {"to_painting", "to_photo"}
    for weights in networks.values():
        assert set(weights) == set(generator.state_dict())


def test_a_pack_needs_the_networks_of_a_run(tmp_path: Path) -> None:
    save_generator(Generator(SMALL), SMALL, tmp_path / "monet.safetensors")
    with pytest.raises(CheckpointError, match="does not hold all networks of a run"):
        save_pack(tmp_path / "monet.safetensors", tmp_path / f"monet{PACK}")
    assert not (tmp_path / f"monet{PACK}").exists()


def test_a_pack_paints_as_the_average_of_its_run(config: TrainingConfig, tmp_path: Path) -> None:
    train(replace(config, steps=2), SMALL)
    last, pack = config.output / "last.pt", tmp_path / f"monet{PACK}"
    save_pack(last, pack)
    (average, _), (packed, architecture) = load_generator(last), load_generator(pack)
    photo = torch.rand(1, 3, 32, 32)
    assert architecture == SMALL
    torch.testing.assert_close(packed(photo), average(photo), atol=2e-3, rtol=0)  # float16 on disk
    assert set(load_networks(pack)[0]) == set(NETWORKS[:4])
