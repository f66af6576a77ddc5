from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from cyclegan.datasets import DatasetError, UnpairedPictures, find_pictures, to_tensor
from pictures import landscape

SIZES = [(40, 40), (64, 48), (50, 90), (41, 40), (100, 30)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, size in enumerate(SIZES):
        path = tmp_path / f"nested {number % 2}" / f"{number}.{'png' if number % 2 else 'JPG'}"
        path.parent.mkdir(exist_ok=True)
        landscape(*size, seed=number).save(path, "png" if number % 2 else "jpeg")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


@pytest.fixture
def pictures(folder: Path) -> Callable[..., UnpairedPictures]:
    def make(samples: int = 20, crop: int = 24, load_size: int = 32, seed: int = 0) -> UnpairedPictures:
        found = find_pictures(folder)
        return UnpairedPictures(found, found[:3], samples, crop, load_size, seed)

    return make


def test_finds_nested_pictures_of_mixed_formats_in_a_fixed_order(folder: Path) -> None:
    found = find_pictures(folder)
    assert len(found) == len(SIZES)
    assert found == sorted(found)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_pictures_is_a_clear_error(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "empty"
    if made:
        folder.mkdir()
    with pytest.raises(DatasetError, match=str(folder)):
        find_pictures(folder)


def test_a_crop_larger_than_the_pictures_is_a_clear_error(pictures: Callable[..., UnpairedPictures]) -> None:
    with pytest.raises(DatasetError, match="crop of 64"):
        pictures(crop=64, load_size=32)


def test_samples_are_crops_in_range(pictures: Callable[..., UnpairedPictures]) -> None:
    dataset = pictures()
    assert len(dataset) == 20
    for n in range(len(dataset)):
        for crop in dataset[n]:
            assert crop.shape == (3, 24, 24)
            assert crop.min() >= -1
            assert crop.max() <= 1


def test_a_sample_depends_on_its_number_and_the_seed_alone(pictures: Callable[..., UnpairedPictures]) -> None:
    first, again, other = pictures(), pictures(samples=30), pictures(seed=1)
    again[3]  # what was drawn before must not matter
    for n in (0, 7, 19):
        assert all(torch.equal(a, b) for a, b in zip(first[n], again[n], strict=True))
    assert not all(torch.equal(first[n][0], other[n][0]) for n in range(5))


def test_every_epoch_shows_every_picture_once(tmp_path: Path) -> None:
    for grey in range(6):
        Image.new("RGB", (32, 32), (40 * grey,) * 3).save(tmp_path / f"{grey}.png")
    found = find_pictures(tmp_path)
    dataset = UnpairedPictures(found, found, samples=18, crop=16, load_size=32, seed=0)
    shades = [round(float((dataset[n][0].mean() + 1) * 127.5)) for n in range(18)]
    epochs = [shades[start : start + 6] for start in (0, 6, 12)]
    assert all(sorted(epoch) == [0, 40, 80, 120, 160, 200] for epoch in epochs)
    assert epochs[0] != epochs[1]


def test_to_tensor_spans_the_range() -> None:
    ends = Image.new("RGB", (2, 1), (0, 0, 0))
    ends.putpixel((1, 0), (255, 255, 255))
    assert to_tensor(ends).tolist() == [[[-1.0, 1.0]]] * 3
