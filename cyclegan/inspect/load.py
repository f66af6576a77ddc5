"""Loads the inspector of an artifact. Imports only the chosen engine."""

from pathlib import Path

from cyclegan.card import DISCRIMINATOR, load_card, verify
from cyclegan.engines.cores import threads_per_engine
from cyclegan.engines.load import DEFAULT, choose
from cyclegan.inspect.inspection import Inspector


def load_inspector(weights: Path, name: str = DEFAULT, processes: int = 1) -> Inspector:
    """Loads the inspector for the engine `name`, one of engines.load.ENGINES.

    `weights` is any file of the style. `processes` is the number of processes that share the cores.
    Raises EngineError when the engine is not installed, or when its artifact or the discriminator is missing or not the
    one that the card describes.
    """
    card = load_card(weights)
    chosen = choose(name, card)
    verify(weights, card["artifacts"][chosen])
    verify(weights, card["discriminator"])
    threads = threads_per_engine(processes)
    if chosen == "openvino":
        from cyclegan.engines.openvino import load_model
        from cyclegan.inspect.openvino import OpenVINOInspector

        return OpenVINOInspector(
            load_model(weights.with_suffix(".xml")), weights.with_suffix(DISCRIMINATOR), card, threads
        )
    from cyclegan.engines.torchscript import load_script
    from cyclegan.inspect.torchscript import TorchScriptInspector

    return TorchScriptInspector(
        load_script(weights.with_suffix(".pt")), weights.with_suffix(DISCRIMINATOR), card, threads
    )
