"""What the palette critic looks at: the colours of a picture, wherever they are.

The other discriminators don't see a picture's key: instance norms and features of unit scale hide how bright and how
warm it is, so that a night stays as dark as its photo.
"""

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

PLACES = 16  # in a row: strokes are smaller, so what counts is the colour that the eye mixes


class PaletteDiscriminator(nn.Module):
    """(N, 3, H, W) in [-1, 1] → one list of scores (N, 1): of the set of a picture's colours (Zaheer et al., 2017).

    It is blind to places, and so can't ask for clouds. Spectral norm and the hinge loss, whose margin differences of
    colour never reach, make its scores differ by about the Wasserstein distance of the two palettes.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.colour = nn.Sequential(
            spectral_norm(nn.Conv2d(3, width, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(width, width, 1)),
            nn.LeakyReLU(0.2),
        )
        self.palette = nn.Sequential(
            spectral_norm(nn.Linear(width, width)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Linear(width, 1)),
        )

    def forward(self, pictures: Tensor) -> list[Tensor]:
        colours = self.colour(F.adaptive_avg_pool2d(pictures, PLACES))
        return [self.palette(colours.mean((2, 3)))]
