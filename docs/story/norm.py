"""Shows what instance norm does: the maps of a photo and of a dim copy of it, before and after the first norm."""

from typing import cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from cyclegan.networks import Generator
from cyclegan.tensors import to_tensor
from story.pictures import example, save
from webapp.pages.architecture.story import Moments, Norm

EXAMPLE = "summer-palace"
CHANNEL = 10
CONTRAST, BRIGHTNESS = 0.45, 0.1  # of the dim photo, whose bytes are CONTRAST · byte + BRIGHTNESS · 255
OUTLIERS = 0.005  # the share of values at either end that are shown as black or white


def norm(generator: Generator) -> Norm:
    """Saves the photos and their maps of CHANNEL, and returns the maps' means and standard deviations."""
    photo = example(EXAMPLE)
    photos = {"plain": photo, "dim": photo.point(lambda byte: round(CONTRAST * byte + BRIGHTNESS * 255))}
    pad, convolution, instance_norm, *_ = cast(nn.Sequential, generator.layers)
    before, after = {}, {}
    for name, picture in photos.items():
        save(picture, f"norm/photo-{name}")
        with torch.inference_mode():
            maps = convolution(pad(to_tensor(picture).unsqueeze(0)))
            before[name], after[name] = maps[0, CHANNEL], instance_norm(maps)[0, CHANNEL]
    for stage, maps_of in (("before", before), ("after", after)):
        for name, picture in zip(maps_of, on_one_scale(*maps_of.values()), strict=True):
            save(picture, f"norm/{stage}-{name}")
    return Norm(example=EXAMPLE, channel=CHANNEL, before=moments(before), after=moments(after))


def on_one_scale(*maps: Tensor) -> list[Image.Image]:
    """Converts maps, (H, W), to grey pictures on one scale, so that equal values have equal greys."""
    black, white = torch.cat(maps).quantile(torch.tensor([OUTLIERS, 1 - OUTLIERS]))
    greys = (((one - black) / (white - black)).clamp(0, 1) * 255 for one in maps)
    return [Image.fromarray(np.rint(grey.numpy()).astype(np.uint8)) for grey in greys]


def moments(maps: dict[str, Tensor]) -> dict[str, Moments]:
    """Returns the mean and the standard deviation of each map."""
    return {
        name: Moments(mean=round(float(one.mean()), 4) + 0.0, deviation=round(float(one.std(correction=0)), 4))
        for name, one in maps.items()
    }
