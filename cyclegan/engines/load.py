"""Loads what runs an artifact: TorchScript or OpenVINO. Imports neither before it is asked for."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclegan.card import Card, EngineError, Tiling, load_card, verify
from cyclegan.engines.cores import threads_per_engine

if TYPE_CHECKING:
    from cyclegan.engines.engine import Engine  # which imports NumPy and Pillow: choosing an engine needs neither

AUTO: Final = "auto"
PACKAGES: Final = {"openvino": "openvino", "torchscript": "torch"}  # what runs them, the faster first
DEFAULT: Final = "torchscript"
INSTALL: Final = "pip install --constraint constraints.txt --editable "
ENGINES: Final = (*PACKAGES, AUTO)


def load_engine(weights: Path, name: str = DEFAULT, processes: int = 1) -> "Engine":
    """One of ENGINES for the artifact of `weights`, in one of so many processes.

    `weights` is any file of the style: what the engine needs is found beside it.
    Raises EngineError: see find_artifact().
    """
    chosen, card = find_artifact(weights, name)
    return _load(chosen, weights, card["tiling"], threads_per_engine(processes))


def find_artifact(weights: Path, name: str) -> tuple[str, Card]:
    """The engine that `name`, one of ENGINES, stands for, and its card.

    Raises EngineError where the engine is not installed, or its artifact missing, damaged or not what the card says.
    """
    card = load_card(weights)
    chosen = choose(name, card)
    verify(weights, card["artifacts"][chosen])
    return chosen, card


def choose(name: str, card: Card) -> str:
    """The engine that `name`, one of ENGINES, stands for. Raises EngineError where it can't be had."""
    if name == AUTO:
        installed = [engine for engine in PACKAGES if find_spec(PACKAGES[engine]) and engine in card["artifacts"]]
        if not installed:
            raise EngineError(f"No engine is installed: run {INSTALL}'.[torchscript]' or '.[openvino]'.")
        return installed[0]
    if not find_spec(PACKAGES[name]):
        raise EngineError(f"The engine {name} is not installed: run {INSTALL}'.[{name}]', or choose another.")
    if name not in card["artifacts"]:
        raise EngineError(f"There is no artifact for {name}: export it anew, or choose another engine.")
    return name


def _load(name: str, weights: Path, tiling: Tiling, threads: int) -> "Engine":
    if name == "openvino":
        from cyclegan.engines.openvino import OpenVINOEngine, load_model

        return OpenVINOEngine(load_model(weights.with_suffix(".xml")), tiling, threads)
    from cyclegan.engines.torchscript import TorchScriptEngine, load_script

    return TorchScriptEngine(load_script(weights.with_suffix(".pt")), tiling, threads)
