"""The kernel inception distance, the quality figure that needs no download."""

from torch import Tensor


def kernel_inception_distance(a: Tensor, b: Tensor) -> float:
    """KID of two sets of features, (N, D) and (M, D): unbiased, so near 0, and maybe below, for equal distributions.

    The squared maximum mean discrepancy with the kernel (x·y / D + 1)³ over all pairs, without subsets, so the
    same pictures always give the same figure (Bińkowski et al., 2018, arXiv 1801.01401).
    """
    a, b = a.double(), b.double()
    n, m = len(a), len(b)
    aa, bb, ab = _kernel(a, a), _kernel(b, b), _kernel(a, b)
    within_a = (aa.sum() - aa.diagonal().sum()) / (n * (n - 1))
    within_b = (bb.sum() - bb.diagonal().sum()) / (m * (m - 1))
    return float(within_a + within_b - 2 * ab.mean())


def pooled(features: Tensor) -> Tensor:
    """(N, D, h, w) → (N, D)."""
    return features.mean((2, 3))


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T / a.shape[1] + 1) ** 3
