from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from serving import PROJECT, fail_to_start
from webapp.settings import Settings, SettingsError


class RecordingEnvironment(Mapping[str, str]):
    """An empty environment that records which variables are looked up."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"PORT": "", "MONET_WEIGHTS": ""}) == Settings()


def test_every_setting_comes_from_its_variable(tmp_path: Path) -> None:
    weights = tmp_path / "other.pt"
    weights.touch()
    settings = Settings.from_environment(
        {
            "MONET_WEIGHTS": str(weights),
            "ENGINE": "auto",
            "MONET_MAX_UPLOAD_BYTES": "1",
            "MONET_MAX_PIXELS": "2",
            "MONET_MAX_WAIT": "3",
            "MONET_MAX_TURN": "4",
            "MONET_PAINTINGS_PER_MINUTE": "5",
            "MONET_REDIS": "redis://localhost",
            "MONET_TRUSTED_PROXIES": "6",
            "MONET_URL": "https://monet.example/",
            "PORT": "7",
            "WEB_CONCURRENCY": "8",
            "MONET_METRICS": "off",
            "MONET_METRICS_TOKEN": "token",
            "MONET_LOGS": "off",
        }
    )
    numbers, others = [1, 2, 3, 4, 5, "redis://localhost", 6, "https://monet.example", 7, 8], [False, "token", False]
    assert list(asdict(settings).values()) == [weights, "auto", *numbers, *others]


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WEB_CONCURRENCY", "1.5"),
        ("WEB_CONCURRENCY", "²"),
        ("MONET_MAX_PIXELS", "0"),
        ("MONET_MAX_UPLOAD_BYTES", "25MB"),
        ("MONET_MAX_WAIT", "0"),
        ("MONET_MAX_TURN", "0"),
        ("MONET_PAINTINGS_PER_MINUTE", "0"),
        ("MONET_REDIS", "localhost:6379"),
        ("MONET_TRUSTED_PROXIES", "10"),
        ("MONET_URL", "monet.example"),
        ("MONET_URL", "https://monet.example/here"),
        ("MONET_URL", "ftp://monet.example"),
        ("MONET_WEIGHTS", "no/such/file.pt"),
        ("ENGINE", "steam"),
        ("MONET_METRICS", "json"),
        ("MONET_LOGS", "1"),
    ],
)
def test_an_invalid_value_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{variable} must .*{text}"):
        Settings.from_environment({variable: text})


def test_gunicorn_prints_in_one_line_why_it_can_not_start() -> None:
    ended = fail_to_start(PORT="http")
    assert ended.returncode == 1
    assert ended.stderr == "Make-A-Monet can't start: PORT must be a whole number from 1 to 65535, not http.\n"


def test_the_docs_list_every_variable() -> None:
    environment = RecordingEnvironment()
    Settings.from_environment(environment)
    assert len(environment.names) == len(asdict(Settings()))
    table = (PROJECT / "docs" / "settings.md").read_text()
    assert [name for name in sorted(environment.names) if f"`{name}`" not in table] == []
