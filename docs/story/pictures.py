"""The example photos, and where the pictures of the story lie."""

from pathlib import Path

import torch
from PIL import Image
from torch import nn

from cyclegan.pictures import load_picture, resize_to, to_picture
from cyclegan.tensors import to_tensor

ASSETS = Path(__file__).resolve().parents[2] / "webapp" / "assets"
PICTURES = ASSETS / "story"
SIDE = 256  # pixels, the longer side


def example(name: str, side: int = SIDE) -> Image.Image:
    return resize_to(load_picture(ASSETS / "examples" / f"{name}.jpg"), side)


def paint(generator: nn.Module, photo: Image.Image) -> Image.Image:
    with torch.inference_mode():
        painting = generator(to_tensor(photo).unsqueeze(0))[0]
    return to_picture(painting.permute(1, 2, 0).numpy())


def save(picture: Image.Image, name: str) -> None:
    """As <name>.jpg below PICTURES."""
    path = PICTURES / f"{name}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=82, optimize=True, progressive=True)
