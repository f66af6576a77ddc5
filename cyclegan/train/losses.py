"""The losses of CycleGAN (Zhu et al., 2017, arXiv 1703.10593), each a mean over all elements."""

from collections.abc import Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def generator_adversarial_loss(fake_scores: Tensor) -> Tensor:
    """How far the discriminator is from taking the fakes for real: E[(D(G(x)) - 1)²].

    `fake_scores` is a map of patch scores of any shape. Least squares (Mao et al., 2017, arXiv 1611.04076)
    keeps a gradient for fakes that already pass, where cross-entropy has none.
    """
    return F.mse_loss(fake_scores, fake_scores.new_ones(()).expand_as(fake_scores))


def discriminator_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """½ E[(D(y) - 1)²] + ½ E[D(G(x))²]: the half slows the discriminator, as in the paper's section 4."""
    real = F.mse_loss(real_scores, real_scores.new_ones(()).expand_as(real_scores))
    return (real + fake_scores.square().mean()) / 2


def cycle_loss(restored: Tensor, original: Tensor) -> Tensor:
    """E[|F(G(x)) - x|₁] (equation 2): what was translated there and back should be what it was."""
    return F.l1_loss(restored, original)


def identity_loss(unchanged: Tensor, target: Tensor) -> Tensor:
    """E[|G(y) - y|₁] for y of the domain that G paints *into* (section 5.2): a Monet is already a Monet.

    Without it the generators swap colours freely, for instance day for dusk.
    """
    return F.l1_loss(unchanged, target)


def contrast_loss(painting: Tensor, photo: Tensor, places: int = 16, gain: float = 1.5, margin: float = 0.06) -> Tensor:
    """How much contrast the painting, (N, 3, H, W) in [-1, 1], has between two places where the photo has none.

    E[max(0, |Δ painting| - gain · |Δ photo| - margin)] over all pairs of places of `places` × `places` means, in
    brightness and in two opponent colours. The generator may deepen what the photo shows, but neither clouds nor rust
    may come from nowhere, however much they please a critic. In RGB, light and dark leaves would allow rusty ones.
    """
    allowed = gain * _contrasts(photo, places) + margin
    return (_contrasts(painting, places) - allowed).relu().mean()


def contour_loss(painting: Tensor, photo: Tensor, side: int = 4, gain: float = 1.5, margin: float = 0.025) -> Tensor:
    """How hard the painting's edges are, (N, 3, H, W) in [-1, 1], where the photo is calm.

    E[max(0, |Δ painting| - gain · max |Δ photo| - margin)] over all neighbours among means of `side` × `side` pixels.
    The photo's largest step nearby counts, since a painter may move an edge by a stroke.
    """
    losses = []
    for dim in (2, 3):
        steps, own = (F.avg_pool2d(pictures, side).diff(dim=dim).abs() for pictures in (painting, photo))
        allowed = gain * F.max_pool2d(own, 3, stride=1, padding=1) + margin
        losses.append((steps - allowed).relu().mean())
    return _sum(losses)


def _contrasts(pictures: Tensor, places: int) -> Tensor:
    """(N, 3, H, W) → (N, 3, places², places²)."""
    means = F.adaptive_avg_pool2d(_opponent(pictures), places).flatten(2)
    return (means.unsqueeze(3) - means.unsqueeze(2)).abs()


def _opponent(pictures: Tensor) -> Tensor:
    """Returns the brightness, red less green, and yellow less blue of RGB pictures, in the same shape."""
    red, green, blue = pictures.split(1, dim=1)
    return torch.cat([(red + green + blue) / 3, red - green, (red + green) / 2 - blue], dim=1)


def critic_generator_loss(fake_scores: Sequence[Tensor]) -> Tensor:
    """Σ -E[D(G(x))] over the levels that a critic sees (Sauer et al., 2021, arXiv 2111.01007)."""
    return -_sum(scores.mean() for scores in fake_scores)


def critic_discriminator_loss(real_scores: Sequence[Tensor], fake_scores: Sequence[Tensor]) -> Tensor:
    """Σ E[max(0, 1 - D(y))] + E[max(0, 1 + D(G(x)))] over the levels, the hinge loss (Lim and Ye, 2017)."""
    return _sum(
        (1 - real).relu().mean() + (1 + fake).relu().mean() for real, fake in zip(real_scores, fake_scores, strict=True)
    )


def _sum(terms: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(terms)).sum()
