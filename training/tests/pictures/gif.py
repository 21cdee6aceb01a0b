"""GIF: palette by transparency by interlacing by where the first frame lies on its canvas."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from .levels import HEIGHT, WIDTH, Case, levels, palette

_FRAMES = {
    # Canvas, then left and top of the frame, which is always as large as the scene.
    "whole": (WIDTH, HEIGHT, 0, 0),
    "middle": (WIDTH + 9, HEIGHT + 7, 4, 3),
    "corner": (WIDTH + 9, HEIGHT + 7, 9, 7),
    "beyond": (WIDTH - 5, HEIGHT - 4, 0, 0),
    "outside": (8, 8, 20, 10),
}
_DISPOSALS = (0, 1, 2, 3)


def _packed(indices: list[int], bits: int) -> bytes:
    """LZW that clears before its codes would grow."""
    clear = 1 << bits
    out, value, filled = bytearray(), 0, 0
    codes = []
    for at, index in enumerate(indices):
        if at % (clear - 2) == 0:
            codes.append(clear)
        codes.append(index)
    codes.append(clear + 1)
    for code in codes:
        value |= code << filled
        filled += bits + 1
        while filled >= 8:
            out.append(value & 255)
            value >>= 8
            filled -= 8
    if filled:
        out.append(value)
    blocks = b"".join(
        bytes([len(out[at : at + 255])]) + bytes(out[at : at + 255])
        for at in range(0, len(out), 255)
    )
    return bytes([bits]) + blocks + b"\0"


def _interlaced(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows[0::8], rows[4::8], rows[2::4], rows[1::2]])


def frame(
    bits: int,
    left: int = 0,
    top: int = 0,
    colours: list | None = None,
    interlaced: bool = False,
    transparent: int | None = None,
    disposal: int = 0,
) -> bytes:
    indices = levels(1, bits)[..., 0]
    if interlaced:
        indices = _interlaced(indices)
    control = b""
    if transparent is not None or disposal:
        flags = disposal << 2 | (transparent is not None)
        control = b"!\xf9\x04" + struct.pack("<BHB", flags, 5, transparent or 0) + b"\0"
    flags = (0x80 | bits - 1 if colours else 0) | (0x40 if interlaced else 0)
    table = b"".join(bytes(entry) for entry in colours or [])
    head = b"," + struct.pack("<HHHHB", left, top, WIDTH, HEIGHT, flags)
    return control + head + table + _packed(indices.ravel().tolist(), max(2, bits))


def file(
    canvas: tuple[int, int], frames: list[bytes], bits: int, colours: list | None, ground: int = 0
) -> bytes:
    flags = (0x80 | bits - 1) if colours else 0
    table = b"".join(bytes(entry) for entry in colours or [])
    head = b"GIF89a" + struct.pack("<HHBBB", *canvas, flags, ground, 0)
    return head + table + b"".join(frames) + b";"


def cases() -> Iterator[Case]:
    for bits in (1, 2, 4, 8):
        colour, grey = palette(2**bits), palette(2**bits, grey=True)
        tables = {
            "global": (colour, None),
            "local": (None, colour),
            "both": (grey, colour),
            "local-grey": (colour, grey),
            "grey": (grey, None),
            "none": (None, None),
        }
        for table, (all_frames, own) in tables.items():
            for transparent in (None, 0, 1, 2**bits - 1):
                for place, (width, height, left, top) in _FRAMES.items():
                    for interlaced in (False, True):
                        one = frame(bits, left, top, own, interlaced, transparent)
                        scan = "interlaced" if interlaced else "plain"
                        yield Case(
                            f"gif/{bits}-{table}/key-{transparent}/{place}/{scan}",
                            file((width, height), [one], bits, all_frames, ground=1),
                        )
    colour = palette(16)
    for disposal in _DISPOSALS:
        for transparent in (None, 3):
            first = frame(4, 4, 3, None, False, transparent, disposal)
            second = frame(4, 0, 0, None, False, transparent, disposal)
            yield Case(
                f"gif/4-global/key-{transparent}/animated/disposal-{disposal}",
                file((WIDTH + 9, HEIGHT + 7), [first, second], 4, colour, ground=2),
            )
    short = file((WIDTH, HEIGHT), [frame(8)], 4, palette(16))
    yield Case("gif/8-beyond-palette/key-None/whole/plain", short)
