"""The model card, `weights/<style>.json`: how a style was made, what it measures, and all that serving must know of it.

What serving and its pages would otherwise ask the network itself stands here, for only one of the engines has torch.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict, cast

WEIGHTS: Final = Path(__file__).resolve().parent.parent / "weights" / "monet.pt"  # the style that is shipped
RESIZE: Final = "Nearest resize"  # the name of the layers that compute nothing
DISCRIMINATOR: Final = ".discriminator.safetensors"  # the suffix of the discriminator of paintings, in float16


class EngineError(RuntimeError):
    """An artifact that can't be run; the message says why and what to do."""


class Tiling(TypedDict):
    """In pixels; see networks.Generator and int8.FRAME."""

    stride: int
    min_side: int
    margin: int
    reach: int
    frame: int


class Layer(TypedDict):
    """A layer together with the norm and the activation that follow it."""

    name: str
    kernel: str
    shape: list[int]  # (C, H, W) of what it answers
    parameters: int
    multiply_adds: int  # of its convolutions
    receptive_field: int  # pixels of the photo: the side of the square that one place of its maps depends on
    followers: list[str]


class Artifact(TypedDict):
    bytes: int  # of all its files
    sha256: dict[str, str]  # of each file, by its suffix


class Fidelity(TypedDict):
    """One way to run the generator: how near its paintings are to Monet's, and to those in float32."""

    kid: float  # see evaluation.Evaluation
    content: float
    psnr_median: NotRequired[float]  # see fidelity.Difference; not of float32 itself
    psnr_worst: NotRequired[float]
    ssim_median: NotRequired[float]
    ssim_worst: NotRequired[float]


class Card(TypedDict):
    style: str
    generator: dict[str, Any]  # of networks.GeneratorConfig
    layers: list[Layer]
    layers_side: int  # pixels of the square photo that the layers' shapes are for
    tiling: Tiling
    artifacts: dict[str, Artifact]  # by engine
    discriminator: Artifact  # the discriminator that the generator was trained against; see networks.PatchDiscriminator
    training: dict[str, Any]
    quantization: dict[str, Any]
    evaluated: dict[str, Any]  # how many pictures, and the photos' own kid
    compared: int  # photos
    fidelity: dict[str, Fidelity]
    licence: str
    versions: dict[str, str]  # of the packages that made it
    exported: str  # the day, as ISO 8601


def load_card(weights: Path) -> Card:
    """The card beside `weights`, any file of the style. Raises EngineError where there is none of this version."""
    path = weights.with_suffix(".json")
    if not path.is_file():
        raise EngineError(f"{path} is missing: restore it from the repository, or make it with `export`.")
    try:
        card = json.loads(path.read_text())
    except ValueError as error:
        raise EngineError(f"{path} is no model card: restore it from the repository.") from error
    if not isinstance(card, dict) or not Card.__required_keys__ <= card.keys():
        raise EngineError(
            f"{path} is no model card of this version: restore it from the repository, or export it anew."
        )
    return cast(Card, card)


def verify(weights: Path, artifact: Artifact) -> None:
    """Raises EngineError unless the files of `artifact`, beside `weights`, are there and what the card says."""
    for suffix, expected in artifact["sha256"].items():
        path = weights.with_suffix(suffix)
        if not path.is_file():
            raise EngineError(f"{path} is missing: restore it from the repository, or make it with `export`.")
        if sha256(path) != expected:
            raise EngineError(f"{path} is not the file that its card describes: restore both from the repository.")


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
