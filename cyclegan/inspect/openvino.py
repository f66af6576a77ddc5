"""Inspects the int8 OpenVINO artifact, whose layers have names, and scores with the discriminator; without torch."""

from pathlib import Path
from typing import Final

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset15 as op
from safetensors.numpy import load_file

from cyclegan.card import RESIZE, Card
from cyclegan.engines.openvino import LAYER, compile_model, extend, floats, ints, to_batch
from cyclegan.inspect.inspection import Inspection, Scores, to_inspection
from cyclegan.pictures import Pixels

# From networks.PatchDiscriminator: the strides of its convolutions, the slope of its leaky ReLU, its norms' epsilon.
STRIDES: Final = (2, 2, 2, 1, 1)
SLOPE: Final = 0.2
EPSILON: Final = 1e-5


class OpenVINOInspector:
    """Inspects with the int8 model of OpenVINO, whose layers' maps become outputs of a second compiled model."""

    def __init__(self, model: ov.Model, discriminator: Path, card: Card, threads: int) -> None:
        self._card = card
        nodes = {node.get_friendly_name(): node for node in model.get_ops()}
        layers = sum(layer["name"] != RESIZE for layer in card["layers"])
        outputs = [nodes[f"{LAYER}{number}"] for number in range(layers)]
        self._layers = compile_model(ov.Model(outputs, model.get_parameters(), "layers"), threads)
        self._discriminator = compile_model(build_discriminator(load_file(discriminator)), threads)

    def inspect(self, photo: Pixels) -> Inspection:
        extended, _, _ = extend(photo, self._card["tiling"])
        outputs = self._layers.infer([to_batch(extended)], share_inputs=True, share_outputs=True)
        return to_inspection(photo, (outputs[at][0] for at in range(len(outputs))), self._card)

    def score(self, picture: Pixels) -> Scores:
        scores: Scores = self._discriminator.infer([to_batch(picture)], share_inputs=True)[0][0, 0]
        return scores


def build_discriminator(weights: dict[str, NDArray[np.float16]]) -> ov.Model:
    """Builds networks.PatchDiscriminator from its state dict: (1, 3, H, W) in [-1, 1] → (1, 1, H/8 - 2, W/8 - 2)."""
    picture = op.parameter([1, 3, -1, -1], np.float32, name="picture")
    x = picture
    convolutions = sorted((name for name in weights if name.endswith("weight")), key=_number)
    for name, stride in zip(convolutions, STRIDES, strict=True):
        x = op.convolution(x, floats(weights[name]), [stride, stride], [1, 1], [1, 1], [1, 1])
        bias = weights.get(name.replace("weight", "bias"))
        # Convolutions without a bias have a norm; the last one has no activation.
        x = (
            op.mvn(x, ints(2, 3), True, EPSILON, "inside_sqrt")
            if bias is None
            else op.add(x, floats(bias.reshape(1, -1, 1, 1)))
        )
        if name != convolutions[-1]:
            x = op.prelu(x, floats(SLOPE))
    return ov.Model([x], [picture], "discriminator")


def _number(name: str) -> int:
    """Returns the number in `layers.<number>.weight`."""
    return int(name.split(".")[1])
