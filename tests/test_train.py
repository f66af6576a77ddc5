import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from cyclegan.networks import GeneratorConfig
from cyclegan.train.config import TrainingConfig
from train import main


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    return ["--paintings", str(tmp_path / "a"), "--photos", str(tmp_path / "b"), "--output", str(tmp_path / "run")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pool-size", "-1"], "--pool-size must be 0 or more, not -1."),
        (["--batch-size", "0"], "--batch-size must be 1 or more, not 0."),
        (["--base-channels", "0"], "--base-channels must be 1 or more, not 0."),
        (["--device", "cudda"], "--device must be cpu, cuda or cuda:N, not 'cudda'."),
        ([], "The folder {tmp_path}/a does not exist."),
    ],
)
def test_an_invalid_setting_ends_with_one_sentence(
    tmp_path: Path, folders: list[str], arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*folders, *arguments]) == 1
    assert capsys.readouterr().err == f"train.py: {sentence.format(tmp_path=tmp_path)}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--steps", "many"], "--steps"),
        (["--precision", "float16"], "--precision"),
        (["--stepps", "3"], "--stepps"),
        (["--photos"], "--photos"),
    ],
)
def test_an_invalid_command_line_names_the_flag(
    folders: list[str], arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*folders, *arguments])
    assert named in capsys.readouterr().err


def test_help_says_what_each_setting_means_and_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    settings = capsys.readouterr().out.split("training options")[1]
    said = " ".join(re.sub("[│|]", " ", settings).split())
    for field in (*fields(TrainingConfig), *fields(GeneratorConfig)):
        flag = "--" + field.name.replace("_", "-")
        default = "(required)" if field.default is MISSING else f"(default: {field.default})"
        found = re.search(rf"{flag}(?:, --no-\S+| [A-Z]+| {{\S+}}) ([A-Z].*?) {re.escape(default)}", said)
        assert found is not None, flag
        assert len(found[1].split()) > 4, flag
        assert "default:" not in found[1], flag
