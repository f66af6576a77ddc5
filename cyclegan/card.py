"""The model card, `weights/<style>.json`: how a style was made, how well it scores, and what serving must know of it.

Serving and its pages read the network's properties from the card, since the OpenVINO engine runs without torch.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict, cast

WEIGHTS: Final = Path(__file__).resolve().parent.parent / "weights" / "monet.pt"  # the shipped style
RESIZE: Final = "Nearest resize"  # the name of the layers without arithmetic
DISCRIMINATOR: Final = ".discriminator.safetensors"  # the suffix of the painting discriminator's float16 weights


class EngineError(RuntimeError):
    """An artifact can't be run; the message says why and what to do."""


class Tiling(TypedDict):
    """How the generator takes pictures and tiles, in pixels."""

    stride: int  # of networks.GeneratorConfig
    min_side: int  # of networks.Generator, as the next
    margin: int
    reach: int  # of networks.GeneratorConfig
    low_pass: int  # of networks.GeneratorConfig
    frame: int  # see export.torchscript.FRAME


class Layer(TypedDict):
    """A layer together with the norm and the activation that follow it."""

    name: str
    kernel: str
    shape: list[int]  # (C, H, W) of its output
    parameters: int
    multiply_adds: int  # of its convolutions
    receptive_field: int  # pixels of the photo: the side of the square that one position of its maps depends on
    followers: list[str]  # the norm and the activation, by name


class Artifact(TypedDict):
    """Files that belong together, for example one engine's model."""

    bytes: int  # of all its files
    sha256: dict[str, str]  # of each file, by its suffix


class Fidelity(TypedDict):
    """How close the paintings of one way to run the generator are to Monet's, and to the float32 network's."""

    kid: float  # see evaluate.evaluator.Evaluation
    content: float
    contours: float  # see evaluate.artefacts.Artefacts, as the next five
    contours_p99: float
    colours: float
    detail: float
    luminance: float
    palette: float
    psnr_median: NotRequired[float]  # dB; see evaluate.fidelity.Difference. Missing for float32 itself, as the rest
    psnr_worst: NotRequired[float]
    ssim_median: NotRequired[float]
    ssim_worst: NotRequired[float]


class Card(TypedDict):
    """The content of the JSON file."""

    style: str
    generator: dict[str, Any]  # the fields of networks.GeneratorConfig
    layers: list[Layer]
    layers_side: int  # pixels: the side of the square photo that the layers' shapes are for
    tiling: Tiling
    artifacts: dict[str, Artifact]  # by engine
    discriminator: Artifact  # the networks.PatchDiscriminator that the generator was trained against
    training: dict[str, Any]
    quantization: dict[str, Any]
    evaluated: dict[str, Any]  # the numbers of pictures, and the scores of the unpainted photos
    compared: int  # the number of photos behind PSNR and SSIM
    fidelity: dict[str, Fidelity]  # by way to run the generator
    licence: str
    versions: dict[str, str]  # of the packages that made it
    exported: str  # the date, as ISO 8601


def load_card(weights: Path) -> Card:
    """Returns the card of a style; `weights` is any of the style's files.

    Raises EngineError when the card is missing, is not valid JSON, or belongs to another version of this project.
    """
    path = weights.with_suffix(".json")
    if not path.is_file():
        raise EngineError(f"{path} is missing: restore it from the repository, or make it with `export`.")
    try:
        card = json.loads(path.read_text())
    except ValueError as error:
        raise EngineError(f"{path} is not a model card: restore it from the repository.") from error
    if not isinstance(card, dict) or not Card.__required_keys__ <= card.keys():
        raise EngineError(
            f"{path} is not a model card of this version: restore it from the repository, or export it again."
        )
    return cast(Card, card)


def verify(weights: Path, artifact: Artifact) -> None:
    """Raises EngineError if a file of `artifact`, beside `weights`, is missing or its SHA-256 isn't the card's."""
    for suffix, expected in artifact["sha256"].items():
        path = weights.with_suffix(suffix)
        if not path.is_file():
            raise EngineError(f"{path} is missing: restore it from the repository, or make it with `export`.")
        if sha256(path) != expected:
            raise EngineError(f"{path} is not the file that its card describes: restore both from the repository.")


def sha256(path: Path) -> str:
    """Returns the SHA-256 of a file's content, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
