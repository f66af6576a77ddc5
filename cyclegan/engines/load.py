"""Chooses and loads the engine that runs an artifact, TorchScript or OpenVINO. Imports only the chosen one."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclegan.card import Card, EngineError, Tiling, load_card, verify
from cyclegan.engines.cores import threads_per_engine

if TYPE_CHECKING:
    from cyclegan.engines.engine import Engine  # imports NumPy and Pillow, which choosing an engine doesn't need

AUTO: Final = "auto"
PACKAGES: Final = {"openvino": "openvino", "torchscript": "torch"}  # each engine's package, the fastest engine first
DEFAULT: Final = "torchscript"
INSTALL: Final = "pip install --constraint constraints.txt --editable "
ENGINES: Final = (*PACKAGES, AUTO)


def load_engine(weights: Path, name: str = DEFAULT, threads: int | None = None) -> "Engine":
    """Loads the engine `name`, one of ENGINES, with its artifact.

    `weights` is any file of the style; the artifact and the card lie beside it. `threads` are the engine's own; None
    stands for one on each core.
    Raises EngineError as find_artifact() does, and when the engine can't load the artifact.
    """
    chosen, card = find_artifact(weights, name)
    return _load(chosen, weights, card["tiling"], threads or threads_per_engine(1))


def find_artifact(weights: Path, name: str) -> tuple[str, Card]:
    """Returns the engine that `name`, one of ENGINES, stands for, and the card beside `weights`.

    Raises EngineError when the engine is not installed, or when its artifact is missing or not the one that the card
    describes.
    """
    card = load_card(weights)
    chosen = choose(name, card)
    verify(weights, card["artifacts"][chosen])
    return chosen, card


def choose(name: str, card: Card) -> str:
    """Returns the engine that `name`, one of ENGINES, stands for.

    Raises EngineError when it is not installed or the card has no artifact for it.
    """
    if name == AUTO:
        installed = [engine for engine in PACKAGES if find_spec(PACKAGES[engine]) and engine in card["artifacts"]]
        if not installed:
            raise EngineError(f"No engine is installed: run {INSTALL}'.[torchscript]' or '.[openvino]'.")
        return installed[0]
    if not find_spec(PACKAGES[name]):
        raise EngineError(f"The engine {name} is not installed: run {INSTALL}'.[{name}]', or choose another engine.")
    if name not in card["artifacts"]:
        raise EngineError(f"There is no artifact for {name}: export the style again, or choose another engine.")
    return name


def _load(name: str, weights: Path, tiling: Tiling, threads: int) -> "Engine":
    if name == "openvino":
        from cyclegan.engines.openvino import OpenVINOEngine, load_model

        return OpenVINOEngine(load_model(weights.with_suffix(".xml")), tiling, threads)
    from cyclegan.engines.torchscript import TorchScriptEngine, load_script

    return TorchScriptEngine(load_script(weights.with_suffix(".pt")), tiling, threads)
