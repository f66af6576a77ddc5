"""Turns pictures into the tensors that the networks take."""

import torch
from PIL import Image
from torch import Tensor

from cyclegan.pictures import to_pixels


def to_tensor(picture: Image.Image) -> Tensor:
    """Returns an RGB picture as a (3, H, W) tensor in [-1, 1]."""
    return torch.from_numpy(to_pixels(picture)).permute(2, 0, 1).contiguous()
