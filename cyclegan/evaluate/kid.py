"""Computes the kernel inception distance (KID) between two sets of pictures from their features."""

from torch import Tensor

MIN_PICTURES = 2  # in each set, for the distance is a mean over pairs of different pictures


def kernel_inception_distance(a: Tensor, b: Tensor) -> float:
    """Returns the KID of two sets of features, (N, D) and (M, D); N and M must be at least 2.

    KID is the squared maximum mean discrepancy with the kernel (x·y / D + 1)³ (Bińkowski et al., 2018, arXiv
    1801.01401). It is unbiased: for equal distributions it is close to 0 and may be negative. All pairs count, not
    random subsets, so the same pictures always give the same score.
    """
    a, b = a.double(), b.double()
    n, m = len(a), len(b)
    aa, bb, ab = _kernel(a, a), _kernel(b, b), _kernel(a, b)
    within_a = (aa.sum() - aa.diagonal().sum()) / (n * (n - 1))
    within_b = (bb.sum() - bb.diagonal().sum()) / (m * (m - 1))
    return float(within_a + within_b - 2 * ab.mean())


def pooled(features: Tensor) -> Tensor:
    """Averages feature maps over their positions: (N, D, h, w) → (N, D)."""
    return features.mean((2, 3))


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T / a.shape[1] + 1) ** 3
