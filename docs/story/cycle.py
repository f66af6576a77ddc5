"""Makes the cycle chapter: a photo, its painting, and the photo that the other generator restores from it."""

from pathlib import Path
from typing import Final

import torch

from cyclegan.checkpoints import load_checkpoint
from cyclegan.networks import Generator, GeneratorConfig
from cyclegan.pictures import to_picture
from cyclegan.tensors import to_tensor
from story.pictures import example, save
from webapp.pages.architecture.story import Cycle

EXAMPLE: Final = "boats"


def cycle(generator: Generator, checkpoint: Path) -> Cycle:
    """Saves the three pictures, and returns the mean absolute difference of photo and restored photo, in [-1, 1].

    `checkpoint` must be one from which training can resume, since only those hold the generator back to photos.
    """
    state = load_checkpoint(checkpoint)
    to_photo = Generator(GeneratorConfig(**state["generator_config"])).eval()
    to_photo.load_state_dict(state["to_photo"])
    photo = to_tensor(example(EXAMPLE)).unsqueeze(0)
    with torch.inference_mode():
        painting = generator(photo)
        restored = to_photo(painting)  # from the unclipped painting, as in training
    for name, picture in {"photo": photo, "painting": painting, "restored": restored}.items():
        save(to_picture(picture[0].permute(1, 2, 0).numpy()), f"cycle/{name}")
    return Cycle(example=EXAMPLE, difference=round(float((restored - photo).abs().mean()), 4))
