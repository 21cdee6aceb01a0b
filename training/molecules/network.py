"""A small convolutional network over drawings of molecules."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def layer(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class RingCounter(nn.Module):
    """[N,3,H,W] in 0..1, ink dark on white, to one score per class [N,classes]."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            layer(3, width, 2),
            layer(width, 2 * width, 2),
            layer(2 * width, 2 * width, 1),
            layer(2 * width, 4 * width, 2),
            layer(4 * width, 4 * width, 1),
            layer(4 * width, 4 * width, 2),
            layer(4 * width, 4 * width, 1),
        )
        self.scores = nn.Sequential(
            nn.Linear(8 * width, 8 * width), nn.ReLU(), nn.Linear(8 * width, classes)
        )

    def forward(self, picture: Tensor) -> Tensor:
        # Ink as 1 and paper as 0: padding then looks like paper.
        features = self.features(1.0 - picture)
        # The mean counts what is spread over the picture, the maximum tells whether it is there.
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)
        return self.scores(pooled)
