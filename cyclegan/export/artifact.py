"""Exports a float checkpoint as int8 artifacts with a model card: calibrates, quantizes, compiles and verifies them."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openvino as ov
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from cyclegan.card import DISCRIMINATOR, Artifact, Card, Fidelity, Tiling, sha256
from cyclegan.checkpoints import CheckpointError, load_checkpoint, load_generator, save_generator
from cyclegan.engines.engine import Engine
from cyclegan.engines.openvino import OpenVINOEngine, load_model
from cyclegan.engines.torchscript import TorchScriptEngine, load_script
from cyclegan.evaluate.evaluator import Evaluator
from cyclegan.evaluate.fidelity import Paint, compare
from cyclegan.export.calibration import calibrate
from cyclegan.export.openvino import build
from cyclegan.export.summary import describe
from cyclegan.export.torchscript import FRAME, compile_script, deprecations_known, quantize
from cyclegan.export.verify import ExportError, verify_int8, verify_openvino_int8
from cyclegan.networks import Generator, GeneratorConfig, PatchDiscriminator
from cyclegan.pictures import resize_to
from cyclegan.reading.read import load_picture
from cyclegan.tensors import to_tensor

CALIBRATION_PHOTOS = 32  # at most
COMPARED_PHOTOS = 200  # at most
LAYERS_SIDE = 256  # pixels: the side of the square photo that the card's layer shapes are for
# The files of each engine's artifact, all beside the card.
SUFFIXES = {"torchscript": (".pt",), "openvino": (".xml", ".bin")}
PHOTO_SIZE = 512  # pixels, the longer side: the size at which most photos are painted


def export(checkpoint: Path, photos: Sequence[Path], paintings: Sequence[Path], weights: Path) -> Card:
    """Writes the TorchScript artifact to `weights`, and the style's other files beside it. Returns the card.

    The other files are the OpenVINO artifact, the float weights, the painting discriminator and the card.
    Calibrates on some of `photos` and measures PSNR and SSIM on others, both taken evenly from the whole list. KID
    compares the paintings of all photos with `paintings`.
    Raises ExportError when there are fewer than two photos or a compiled file is not int8 throughout, CheckpointError
    when the checkpoint can't be used. Existing files then stay as they were.
    """
    if len(photos) < 2:
        raise ExportError("Give at least two photos: one to calibrate on and one to measure on.")
    # First, so that a checkpoint without a training record or a discriminator is refused before anything is written.
    state = load_checkpoint(checkpoint)
    training, discriminator = training_record(state), load_discriminator(state)
    generator, config = load_generator(checkpoint)
    calibration, compared = pick_evenly(photos[::2], CALIBRATION_PHOTOS), pick_evenly(photos[1::2], COMPARED_PHOTOS)

    weights.parent.mkdir(parents=True, exist_ok=True)
    # On the same disk as their destination, so that each file moves there atomically.
    with TemporaryDirectory(dir=weights.parent, prefix=".export-") as folder:
        made = Path(folder) / weights.name
        with deprecations_known():
            calibrated = calibrate(generator, [load_photo(photo) for photo in calibration])
            torch.jit.save(compile_script(quantize(generator, calibrated)), os.fspath(made))
        ov.save_model(build(generator, calibrated), made.with_suffix(".xml"), compress_to_fp16=False)
        convolutions = verify_int8(made, generator)
        verify_openvino_int8(made.with_suffix(".xml"), generator)
        save_generator(generator, config, made.with_suffix(".safetensors"))
        save_discriminator(discriminator, made.with_suffix(DISCRIMINATOR))
        evaluator = Evaluator(photos, paintings)
        card = Card(
            style=weights.stem,
            generator=asdict(config),
            layers=describe(config, LAYERS_SIDE),
            layers_side=LAYERS_SIDE,
            tiling=tiling(config),
            artifacts={engine: _artifact(made, suffixes) for engine, suffixes in SUFFIXES.items()},
            discriminator=_artifact(made, [DISCRIMINATOR]),
            training=training,
            quantization={
                "scheme": "post-training static; weights 7-bit per channel in int8, maps uint8 per tensor "
                "(averaged extremes), norms folded into their convolutions",
                "calibration_photos": len(calibration),
                "photo_size": PHOTO_SIZE,
                "int8_convolutions": convolutions,
            },
            evaluated={
                "test_photos": len(photos),
                "reference_paintings": len(paintings),
                "photos": asdict(evaluator.evaluate_photos()),
            },
            compared=len(compared),
            fidelity=measure_fidelity(generator, _engines(made, generator, config), evaluator, compared),
            licence="MIT (the weights). Trained on paintings in the public domain and photos from Flickr.",
            versions={"torch": torch.__version__, "openvino": ov.__version__},
            exported=datetime.now(UTC).date().isoformat(),
        )
        made.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
        # The card moves last: until then, the old card's checksums reject the new files.
        for suffix in (".pt", ".xml", ".bin", ".safetensors", DISCRIMINATOR, ".json"):
            made.with_suffix(suffix).replace(weights.with_suffix(suffix))
    return card


def tiling(config: GeneratorConfig) -> Tiling:
    """Returns the card's entry about the sizes that the generator accepts."""
    return Tiling(
        stride=config.stride,
        min_side=Generator.min_side,
        margin=Generator.margin,
        reach=config.reach,
        low_pass=config.low_pass,
        frame=FRAME,
    )


def load_photo(path: Path) -> Tensor:
    """Returns a photo as (1, 3, H, W) in [-1, 1] with a longer side of PHOTO_SIZE.

    Smaller photos are enlarged, so that all photos weigh the same. Raises PictureError when the file can't be read.
    """
    photo = load_picture(path)
    scale = PHOTO_SIZE / max(photo.size)
    if scale > 1:
        photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    return to_tensor(resize_to(photo, PHOTO_SIZE)).unsqueeze(0)


def training_record(state: dict[str, Any]) -> dict[str, Any]:
    """Returns the card's entry about the training run: its steps, data, settings, duration and machine.

    Raises CheckpointError when the checkpoint `state` has no such record.
    """
    if not {"step", "record"} <= state.keys():
        raise CheckpointError("The checkpoint has no training record: export a checkpoint written by train.py.")
    return {"steps": state["step"], **state["record"]}


def load_discriminator(state: dict[str, Any]) -> PatchDiscriminator:
    """Returns the painting discriminator of a checkpoint, against which the generator was trained.

    Raises CheckpointError when the checkpoint has none.
    """
    discriminator = PatchDiscriminator()
    try:
        discriminator.load_state_dict(state["painting_discriminator"])
    except (KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(
            "The checkpoint has no painting discriminator: export a checkpoint written by train.py."
        ) from error
    return discriminator


def save_discriminator(discriminator: PatchDiscriminator, path: Path) -> None:
    """Writes the discriminator's weights as safetensors, in float16."""
    save_file({name: value.half().contiguous() for name, value in discriminator.state_dict().items()}, path)
    path.chmod(0o644)  # save_file makes it private


def measure_fidelity(
    generator: Generator, engines: dict[str, Engine], evaluator: Evaluator, photos: Sequence[Path]
) -> dict[str, Fidelity]:
    """Scores the float generator, then each of `engines`, also against the float generator's paintings of `photos`."""
    pictures = [load_photo(photo) for photo in photos]
    with torch.inference_mode():
        paintings = [generator(picture) for picture in pictures]
    rows = {"float32": Fidelity(**asdict(evaluator(generator)))}  # type: ignore[typeddict-item]
    for name, engine in engines.items():
        paint = paint_with(engine)
        difference = compare(paint, paintings, pictures)
        rows[name] = Fidelity(**asdict(evaluator(paint)), **asdict(difference))  # type: ignore[typeddict-item]
    return rows


def _engines(made: Path, generator: Generator, config: GeneratorConfig) -> dict[str, Engine]:
    """Returns the engines that serve, and OpenVINO in bfloat16 for comparison."""
    threads, pixels = torch.get_num_threads(), tiling(config)
    return {
        "torchscript int8": TorchScriptEngine(load_script(made), pixels, threads),
        "openvino int8": OpenVINOEngine(load_model(made.with_suffix(".xml")), pixels, threads),
        "openvino bf16": OpenVINOEngine(build(generator, None), pixels, threads, "bf16"),
    }


def paint_with(engine: Engine) -> Paint:
    """Returns a function from photo to painting, both (1, 3, H, W) in [-1, 1], that paints with `engine`."""

    def paint(photo: Tensor) -> Tensor:
        painting = engine.paint(photo[0].permute(1, 2, 0).contiguous().numpy())
        return torch.from_numpy(painting).permute(2, 0, 1).unsqueeze(0)

    return paint


def _artifact(made: Path, suffixes: Sequence[str]) -> Artifact:
    files = {suffix: made.with_suffix(suffix) for suffix in suffixes}
    size = sum(file.stat().st_size for file in files.values())
    return Artifact(bytes=size, sha256={suffix: sha256(file) for suffix, file in files.items()})


def pick_evenly(photos: Sequence[Path], count: int) -> Sequence[Path]:
    """Returns at most `count` photos at even intervals, since folders are often sorted by scene or season."""
    return photos[:: max(1, len(photos) // count)][:count]
