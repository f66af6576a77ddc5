from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cyclegan.checkpoints import save_generator
from cyclegan.evaluate.table import HEADINGS, evaluate_all, format_table
from cyclegan.folders import FolderError
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.reading.read import load_picture
from pictures import landscape

IDENTITY = GeneratorConfig(base_channels=4, residual_blocks=1, low_pass=1)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        landscape(64, 64, number).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


def test_a_network_an_artifact_and_a_folder_get_a_row_each(photos: list[Path], tmp_path: Path) -> None:
    # An untrained residual generator returns the photo, so it must score exactly as the photos do.
    save_generator(Generator(IDENTITY), IDENTITY, tmp_path / "identity.safetensors")
    subjects = [tmp_path / "identity.safetensors", photos[0].parent, Path("weights/monet.pt")]
    rows = list(evaluate_all(subjects, photos, photos[:2]))
    assert [row[0] for row in rows] == ["photos, untouched", *map(str, subjects)]
    assert rows[1][1:] == rows[2][1:] == rows[0][1:]
    assert rows[0][2:4] == ("0%", "1.000")
    assert rows[0][HEADINGS.index("detail")] == "1.00"
    assert all(len(row) == len(HEADINGS) for row in rows)
    assert float(rows[3][3]) < 1


def test_a_folder_with_the_wrong_number_of_pictures_is_an_error_with_one_sentence(photos: list[Path]) -> None:
    with pytest.raises(FolderError, match="holds 3 pictures, but there are 2 photos"):
        list(evaluate_all([photos[0].parent], photos[:2], photos))


def test_the_table_is_aligned() -> None:
    table = format_table([HEADINGS[:4], ("a.pt", "8.0", "91%", "0.900"), ("photos", "89.0", "0%", "1.000")])
    assert len({len(line) for line in table.splitlines()}) == 1
    assert table.splitlines()[1].startswith("a.pt  ")


def test_an_extra_measure_gets_the_same_pictures_and_the_last_column(photos: list[Path], tmp_path: Path) -> None:
    def brightness(pictures: Iterable[Image.Image]) -> float:
        return float(np.mean([np.asarray(picture).mean() for picture in pictures]))

    save_generator(Generator(IDENTITY), IDENTITY, tmp_path / "identity.safetensors")
    subjects = [tmp_path / "identity.safetensors", photos[0].parent]
    plain = list(evaluate_all(subjects, photos, photos[:2]))
    measured = f"{brightness(map(load_picture, photos)):.1f}"
    assert list(evaluate_all(subjects, photos, photos[:2], brightness)) == [(*row, measured) for row in plain]
