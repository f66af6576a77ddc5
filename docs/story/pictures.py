"""Loads the example photos and saves the pictures of the story."""

from pathlib import Path

import torch
from PIL import Image
from torch import nn

from cyclegan.pictures import resize_to, to_picture
from cyclegan.reading.read import load_picture
from cyclegan.tensors import to_tensor

ASSETS = Path(__file__).resolve().parents[2] / "webapp" / "assets"
PICTURES = ASSETS / "story"
SIDE = 256  # pixels, the longer side


def example(name: str, side: int = SIDE) -> Image.Image:
    """Returns an example photo with at most `side` pixels on its longer side."""
    return resize_to(load_picture(ASSETS / "examples" / f"{name}.jpg"), side)


def paint(generator: nn.Module, photo: Image.Image) -> Image.Image:
    """Paints an RGB photo with a float generator, (1, 3, H, W) in [-1, 1] → the same."""
    with torch.inference_mode():
        painting = generator(to_tensor(photo).unsqueeze(0))[0]
    return to_picture(painting.permute(1, 2, 0).numpy())


def save(picture: Image.Image, name: str) -> None:
    """Saves a picture as <name>.jpg below PICTURES."""
    path = PICTURES / f"{name}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=82, optimize=True, progressive=True)
