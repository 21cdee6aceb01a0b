"""The same small scene in any number of channels and bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WIDTH = 21
HEIGHT = 13
# Per channel: how the level grows to the right and downwards, and what part of the range it uses.
_SLOPES = ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.8, 0.2), (0.3, 0.7), (0.6, 0.4))
_OPAQUE = 0.75


@dataclass(frozen=True)
class Case:
    """One file; its name tells what it is."""

    name: str
    content: bytes


def levels(channels: int, bits: int, alpha: bool = False) -> np.ndarray:
    """[height,width,channels] of uint32; no two corners are alike. The last channel may be alpha,
    from clear to opaque."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    most = 2**bits - 1
    planes = []
    for right, down in _SLOPES[:channels]:
        part = (right * x / (WIDTH - 1) + down * y / (HEIGHT - 1)) / (right + down)
        planes.append(np.round(part * most))
    if alpha:
        planes[-1] = np.round(np.clip((x + y) / (WIDTH + HEIGHT - 2) / _OPAQUE, 0, 1) * most)
    return np.stack(planes, axis=-1).astype(np.uint32)


def premultiplied(pixels: np.ndarray, bits: int) -> np.ndarray:
    """Colours scaled by the last channel."""
    most = 2**bits - 1
    scaled = pixels.copy()
    scaled[..., :-1] = np.round(pixels[..., :-1].astype(float) * pixels[..., -1:] / most)
    return scaled


def packed_rows(pixels: np.ndarray, bits: int, big_endian: bool = True) -> bytes:
    """Row after row, each beginning on a byte; samples below 8 bits from the high end."""
    height = pixels.shape[0]
    flat = pixels.reshape(height, -1)
    if bits == 8:
        return flat.astype(np.uint8).tobytes()
    if bits in (16, 32):
        return flat.astype((">" if big_endian else "<") + f"u{bits // 8}").tobytes()
    shifts = np.arange(bits - 1, -1, -1)
    each = (flat[..., np.newaxis] >> shifts & 1).reshape(height, -1).astype(np.uint8)
    return np.packbits(each, axis=1).tobytes()


def palette(entries: int, grey: bool = False) -> list[tuple[int, int, int]]:
    step = 255 // max(1, entries - 1)
    if grey:
        return [(i * step,) * 3 for i in range(entries)]
    return [(i * step, 255 - i * step, (i * 7 * step) % 256) for i in range(entries)]
