"""Everything that can be set from outside, read once at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cyclegan.engine import DEFAULT, ENGINES

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "monet.pt"
MAX_UPLOAD_BYTES = 25 * 2**20
MAX_PIXELS = 50_000_000
PORT = 8050

COUNT = range(1, 2**31)
PORTS = range(1, 2**16)


class SettingsError(ValueError):
    """An environment variable that can't be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    weights: Path = WEIGHTS  # any file of a style: the engine's own and the card are found beside it
    engine: str = DEFAULT  # torchscript, openvino, or auto: the faster of those installed
    max_upload_bytes: int = MAX_UPLOAD_BYTES  # of a whole request
    max_pixels: int = MAX_PIXELS  # of a photo, before it is decoded
    port: int = PORT
    workers: int = 1  # processes; each loads the engine and paints one photo at a time

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """A variable that is missing or empty leaves its default. Raises SettingsError for one that can't be used."""
        return cls(
            weights=_file(environment, "MONET_WEIGHTS", WEIGHTS),
            engine=_engine(environment),
            max_upload_bytes=_whole_number(environment, "MONET_MAX_UPLOAD_BYTES", MAX_UPLOAD_BYTES, COUNT),
            max_pixels=_whole_number(environment, "MONET_MAX_PIXELS", MAX_PIXELS, COUNT),
            port=_whole_number(environment, "PORT", PORT, PORTS),
            workers=_whole_number(environment, "WEB_CONCURRENCY", 1, COUNT),
        )


def _file(environment: Mapping[str, str], variable: str, default: Path) -> Path:
    path = Path(environment.get(variable) or default)
    if not path.is_file():
        raise SettingsError(f"{variable} must name a file, but {path} is none.")
    return path


def _engine(environment: Mapping[str, str]) -> str:
    name = environment.get("ENGINE") or DEFAULT
    if name not in ENGINES:
        raise SettingsError(f"ENGINE must be one of {', '.join(ENGINES)}, not {name}.")
    return name


def _whole_number(environment: Mapping[str, str], variable: str, default: int, bounds: range) -> int:
    text = environment.get(variable) or str(default)
    if not text.isdecimal() or int(text) not in bounds:
        raise SettingsError(f"{variable} must be a whole number from {bounds.start} to {bounds.stop - 1}, not {text}.")
    return int(text)
