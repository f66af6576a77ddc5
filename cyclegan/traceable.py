"""The generator without a question about its input's shape: one graph for all sizes, as exporters trace it."""

import torch
from torch import Tensor, nn

from cyclegan.networks import Generator


class TraceableGenerator(nn.Module):
    """Paints what the generator paints outside training: (N, 3, H, W) in [-1, 1] → (N, 3, H, W), any H, W ≥ 1.

    `networks.extend` asks how large the picture is, and a traced graph would hold one answer for all. Here the same
    pixels are looked up by indices that are computed from the shape.
    """

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, photo: Tensor) -> Tensor:
        g = self.generator
        h, w = photo.shape[2], photo.shape[3]
        rows, top = extended_indices(h, g.stride, g.min_side, g.margin)
        columns, left = extended_indices(w, g.stride, g.min_side, g.margin)
        y: Tensor = g.layers(photo.index_select(2, rows).index_select(3, columns))
        y = y.index_select(2, top + torch.arange(h)).index_select(3, left + torch.arange(w))
        return photo + y if g.residual_output else y


def extended_indices(side: int, stride: int, min_side: int, margin: int) -> tuple[Tensor, int]:
    """What `networks.extend` does to one side: which pixel of the picture lies where, and where the picture begins.

    `side` may be a symbol of the tracer; then the second answer is one.
    """
    whole = torch.sym_max(min_side, (side + stride - 1) // stride * stride)
    before = torch.sym_min(margin, whole - stride)
    last = whole - 1
    mirrored = last - (last - (torch.arange(whole + 2 * before) - before).abs()).abs()
    return mirrored.clamp(max=side - 1), before
