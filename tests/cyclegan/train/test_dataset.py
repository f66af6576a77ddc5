from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from cyclegan.folders import FolderError, find_pictures, readable_pictures
from cyclegan.reading.read import PictureError, load_picture, noticed_of
from cyclegan.tensors import to_tensor
from cyclegan.train.dataset import UnpairedPictures
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
    with pytest.raises(FolderError, match=str(folder)):
        find_pictures(folder)


def test_a_folder_named_like_a_picture_is_not_a_picture(folder: Path) -> None:
    (folder / "album.jpg").mkdir()
    assert len(find_pictures(folder)) == len(SIZES)


@pytest.fixture
def damaged(folder: Path) -> list[Path]:
    """Sorted unreadable files among the folder's pictures; some are readable up to their middle."""
    text, empty, missing = folder / "nested 0" / "text.png", folder / "empty.webp", folder / "missing.tif"
    text.write_text("no picture")
    empty.touch()
    missing.symlink_to("nowhere")
    cut = []
    for number, kind in enumerate(("jpeg", "png", "webp", "bmp", "tiff")):
        path = folder / f"nested {number % 2}" / f"cut.{kind}"
        landscape(96, 96, seed=number).save(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        cut.append(path)
    return sorted([text, empty, missing, *cut])


def test_unreadable_pictures_are_named_once_and_skipped(
    folder: Path, damaged: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = find_pictures(folder)
    assert set(damaged) < set(found)
    assert readable_pictures(folder) == [picture for picture in found if picture not in damaged]
    named = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Skipped: ")]
    assert len(named) == len(damaged)
    assert all(str(picture) in line for picture, line in zip(damaged, named, strict=True))


def test_only_one_of_several_processes_names_them(
    folder: Path, damaged: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert readable_pictures(folder, announce=False) == readable_pictures(folder)
    assert capsys.readouterr().err.count("Skipped") == len(damaged)


def test_the_check_refuses_what_loading_refuses_or_mends(folder: Path, damaged: list[Path]) -> None:
    def loads(picture: Path) -> bool:
        try:
            return not noticed_of(load_picture(picture))
        except PictureError:
            return False

    assert readable_pictures(folder) == [picture for picture in find_pictures(folder) if loads(picture)]


def test_a_folder_without_a_readable_picture_is_a_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("1.jpg", "2.png"):
        (tmp_path / name).write_text("no picture")
    with pytest.raises(FolderError, match=f"None of the 2 pictures in {tmp_path} can be read"):
        readable_pictures(tmp_path)
    assert not capsys.readouterr().err


def test_samples_are_crops_in_range(pictures: Callable[..., UnpairedPictures]) -> None:
    dataset = pictures()
    assert len(dataset) == 20
    for n in range(len(dataset)):
        for crop in dataset[n]:
            assert crop.shape == (3, 24, 24)
            assert crop.min() >= -1
            assert crop.max() <= 1


def test_a_crop_as_large_as_the_picture_is_the_picture_or_its_mirror_image(tmp_path: Path) -> None:
    picture = landscape(90, 60)
    picture.save(tmp_path / "0.png")
    found = find_pictures(tmp_path)
    dataset = UnpairedPictures(found, found, samples=40, crop=32, load_size=32, seed=0)
    resized = to_tensor(picture.resize((48, 32), Image.Resampling.BICUBIC))
    seen = set()
    for n in range(len(dataset)):
        for mirrored in (False, True):
            whole = resized.flip(2) if mirrored else resized
            # Pillow and torchvision round differently: by one or two levels of 255.
            seen |= {
                (mirrored, x) for x in range(17) if (whole[:, :, x : x + 32] - dataset[n][0]).abs().max() < 2 / 127
            }
    assert len({x for _, x in seen}) > 8
    assert {mirrored for mirrored, _ in seen} == {False, True}


def test_views_range_from_the_whole_picture_to_its_detail(tmp_path: Path) -> None:
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "0.png")  # 256 × 256, from black to white
    found = find_pictures(tmp_path)
    dataset = UnpairedPictures(found, found, samples=200, crop=32, load_size=128, seed=0, views=True)
    shares = [float(crop[:, -1].mean() - crop[:, 0].mean()) / 2 for crop, _ in (dataset[n] for n in range(200))]
    assert 0.95 < max(shares) <= 1
    assert 0.24 < min(shares) < 0.27
    # Log-uniform: as many show more than half of the picture as show less.
    assert 80 < sum(share > 0.5 for share in shares) < 120


def test_a_sample_depends_on_its_number_and_the_seed_alone(pictures: Callable[..., UnpairedPictures]) -> None:
    first, again, other = pictures(), pictures(samples=30), pictures(seed=1)
    again[3]  # earlier samples must not matter
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
