"""The settings, read once from the environment when the server starts."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from cyclegan.card import WEIGHTS
from cyclegan.engines.load import DEFAULT, ENGINES

MAX_UPLOAD_BYTES = 25 * 2**20
MAX_PIXELS = 50_000_000
MAX_WAIT = 20
MAX_TURN = 180
PAINTINGS_PER_MINUTE = 120
THREADS: Final = 32  # of a worker
# Each client that waits for a painting takes one of the threads; the others handle all other requests at once.
PLACES: Final = 24
PORT = 8050

COUNT = range(1, 2**31)
PORTS = range(1, 2**16)
PROXIES = range(10)
SITE: Final = re.compile(r"https?://([\w.-]+|\[[\da-fA-F:.]+\])(:\d+)?/?", re.ASCII)
REDIS_SCHEMES = ("redis://", "rediss://")


class SettingsError(ValueError):
    """An environment variable has an invalid value. The message says which one, and what it must be."""


@dataclass(frozen=True)
class Settings:
    weights: Path = WEIGHTS  # any file of a style; the engine's own file and the card are found beside it
    engine: str = DEFAULT  # torchscript, openvino, or auto: the faster of those installed
    max_upload_bytes: int = MAX_UPLOAD_BYTES  # of a whole request
    max_pixels: int = MAX_PIXELS  # of a photo, before it is decoded
    max_wait: int = MAX_WAIT  # seconds in the queue, about; clients that would wait longer are asked to try again later
    max_turn: int = MAX_TURN  # seconds of painting, about; longer ones are given up
    paintings_per_minute: int = PAINTINGS_PER_MINUTE  # for each address, including requests to /api/inside
    redis: str = ""  # address of the Redis in which several processes count together; otherwise each counts alone
    trusted_proxies: int = 0  # proxies before the server, each of which adds an address to X-Forwarded-For
    url: str = ""  # public address of the server, for previews on other sites; no slash at the end
    port: int = PORT
    workers: int = 1  # processes; each loads the engine and paints one photo at a time
    metrics: bool = True  # whether there is /metrics
    metrics_token: str = field(default="", repr=False)  # required to read /metrics; without it, only from this machine
    logs: bool = True  # of requests; errors are always logged

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Reads the variables; a missing or empty one keeps its default. Raises SettingsError for an invalid value."""
        return cls(
            weights=_file(environment, "MONET_WEIGHTS", WEIGHTS),
            engine=_engine(environment),
            max_upload_bytes=_whole_number(environment, "MONET_MAX_UPLOAD_BYTES", MAX_UPLOAD_BYTES, COUNT),
            max_pixels=_whole_number(environment, "MONET_MAX_PIXELS", MAX_PIXELS, COUNT),
            max_wait=_whole_number(environment, "MONET_MAX_WAIT", MAX_WAIT, COUNT),
            max_turn=_whole_number(environment, "MONET_MAX_TURN", MAX_TURN, COUNT),
            paintings_per_minute=_whole_number(environment, "MONET_PAINTINGS_PER_MINUTE", PAINTINGS_PER_MINUTE, COUNT),
            redis=_redis(environment),
            trusted_proxies=_whole_number(environment, "MONET_TRUSTED_PROXIES", 0, PROXIES),
            url=_url(environment),
            port=_whole_number(environment, "PORT", PORT, PORTS),
            workers=_whole_number(environment, "WEB_CONCURRENCY", 1, COUNT),
            metrics=_is_on(environment, "MONET_METRICS", "on"),
            metrics_token=environment.get("MONET_METRICS_TOKEN") or "",
            logs=_is_on(environment, "MONET_LOGS", "json"),
        )


def _file(environment: Mapping[str, str], variable: str, default: Path) -> Path:
    path = Path(environment.get(variable) or default)
    if not path.is_file():
        raise SettingsError(f"{variable} must name a file, but {path} is not a file.")
    return path


def _engine(environment: Mapping[str, str]) -> str:
    name = environment.get("ENGINE") or DEFAULT
    if name not in ENGINES:
        raise SettingsError(f"ENGINE must be one of {', '.join(ENGINES)}, not {name}.")
    return name


def _redis(environment: Mapping[str, str]) -> str:
    address = environment.get("MONET_REDIS") or ""
    if address and not address.startswith(REDIS_SCHEMES):
        raise SettingsError(f"MONET_REDIS must begin with {' or '.join(REDIS_SCHEMES)}, not {address}.")
    if address and not find_spec("redis"):
        raise SettingsError("MONET_REDIS must be empty unless the package redis is installed: pip install '.[redis]'.")
    return address


def _url(environment: Mapping[str, str]) -> str:
    url = environment.get("MONET_URL") or ""
    if url and not SITE.fullmatch(url):
        raise SettingsError(f"MONET_URL must be like https://monet.example, not {url}.")
    return url.rstrip("/")


def _is_on(environment: Mapping[str, str], variable: str, on: str) -> bool:
    word = environment.get(variable) or on
    if word not in (on, "off"):
        raise SettingsError(f"{variable} must be {on} or off, not {word}.")
    return word == on


def _whole_number(environment: Mapping[str, str], variable: str, default: int, bounds: range) -> int:
    text = environment.get(variable) or str(default)
    if not text.isdecimal() or int(text) not in bounds:
        raise SettingsError(f"{variable} must be a whole number from {bounds.start} to {bounds.stop - 1}, not {text}.")
    return int(text)
