"""BMP: header by depth by masks by compression by direction. It has no orientation but its own."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from .levels import HEIGHT, WIDTH, Case, levels, packed_rows, palette

_MASKS_32 = {
    "bgrx": (0xFF0000, 0xFF00, 0xFF, 0),
    "xbgr": (0xFF000000, 0xFF0000, 0xFF00, 0),
    "bgxr": (0xFF000000, 0xFF00, 0xFF, 0),
    "abgr": (0xFF000000, 0xFF0000, 0xFF00, 0xFF),
    "rgba": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    "bgra": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    "bgar": (0xFF000000, 0xFF00, 0xFF, 0xFF0000),
    "no-masks": (0, 0, 0, 0),
    "ten-bits": (0x3FF00000, 0xFFC00, 0x3FF, 0),
}
_MASKS_16 = {
    "565": (0xF800, 0x7E0, 0x1F, 0),
    "555": (0x7C00, 0x3E0, 0x1F, 0),
    "4444": (0xF00, 0xF0, 0xF, 0xF000),
}
_HEADERS = {"info": 40, "v2": 52, "v3": 56, "v4": 108, "v5": 124, "os22": 64}


def file(
    header: int,
    bits: int,
    rows: bytes,
    compression: int = 0,
    masks: tuple[int, ...] = (),
    colours: list[tuple[int, int, int]] | None = None,
    top_down: bool = False,
) -> bytes:
    if header == 12:
        dib = struct.pack("<LHHHH", 12, WIDTH, HEIGHT, 1, bits)
        table = b"".join(bytes(reversed(entry)) for entry in colours or [])
    else:
        height = -HEIGHT if top_down else HEIGHT
        dib = struct.pack(
            "<LllHHLLllLL", header, WIDTH, height, 1, bits, compression, len(rows), 0, 0,
            len(colours or []), 0,
        )  # fmt: skip
        table = b"".join(bytes(reversed(entry)) + b"\0" for entry in colours or [])
        packed = struct.pack("<4L", *masks) if masks else b""
        if header == 40 and masks:
            packed = packed[:12]
            dib += packed
        else:
            dib = (dib + packed)[:header].ljust(header, b"\0")
    offset = 14 + len(dib) + len(table)
    return b"BM" + struct.pack("<LHHL", offset + len(rows), 0, 0, offset) + dib + table + rows


def _rows(pixels: np.ndarray, bits: int, top_down: bool = False) -> bytes:
    """Each row padded to four bytes, the lowest first."""
    if not top_down:
        pixels = pixels[::-1]
    packed = packed_rows(pixels, bits, big_endian=False)
    line = len(packed) // HEIGHT
    return b"".join(
        packed[at : at + line].ljust((line + 3) // 4 * 4, b"\0")
        for at in range(0, len(packed), line)
    )


def _masked(bits: int, masks: tuple[int, ...]) -> np.ndarray:
    pixels = levels(4, 8, alpha=True)
    words = np.zeros((HEIGHT, WIDTH, 1), np.uint32)
    for channel, mask in enumerate(masks):
        if mask:
            shift = (mask & -mask).bit_length() - 1
            width = (mask >> shift).bit_length()
            scaled = pixels[..., channel] * (2**width - 1) // 255
            words[..., 0] |= scaled.astype(np.uint32) << shift
    if not any(masks):
        words[..., 0] = (pixels << np.array([16, 8, 0, 24], np.uint32)).sum(axis=-1)
    return words


def _runs(indices: np.ndarray, four: bool) -> bytes:
    """Run by run, each line with one absolute stretch."""
    out = bytearray()
    for row in indices[::-1]:
        values = [int(value) for value in row]
        if four:
            out += bytes([0, 4]) + bytes([values[0] << 4 | values[1], values[2] << 4 | values[3]])
            out += b"".join(bytes([1, value << 4]) for value in values[4:])
        else:
            out += bytes([0, 4]) + bytes(values[:4])
            out += b"".join(bytes([1, value]) for value in values[4:])
        out += b"\0\0"
    return bytes(out) + b"\0\1"


def cases() -> Iterator[Case]:
    for name, header in {"core": 12, **_HEADERS}.items():
        for bits in (1, 4, 8):
            for kind in ("colour", "grey"):
                for top_down in (False, True) if header != 12 else (False,):
                    rows = _rows(levels(1, bits), bits, top_down)
                    colours = palette(2**bits, grey=kind == "grey")
                    turn = "down" if top_down else "up"
                    yield Case(
                        f"bmp/{name}/{bits}-{kind}/{turn}",
                        file(header, bits, rows, colours=colours, top_down=top_down),
                    )
        yield Case(f"bmp/{name}/24/up", file(header, 24, _rows(levels(3, 8)[..., ::-1], 8)))
        if header == 12:
            continue
        for top_down in (False, True):
            turn = "down" if top_down else "up"
            plain = levels(4, 8, alpha=True)[..., [2, 1, 0, 3]]
            rows = _rows(plain, 8, top_down)
            yield Case(f"bmp/{name}/32/{turn}", file(header, 32, rows, top_down=top_down))
            words = _masked(16, _MASKS_16["555"])
            rows = _rows(words, 16, top_down)
            yield Case(f"bmp/{name}/16/{turn}", file(header, 16, rows, top_down=top_down))
            for bits, several in ((32, _MASKS_32), (16, _MASKS_16)):
                for mask, masks in several.items():
                    rows = _rows(_masked(bits, masks), bits, top_down)
                    yield Case(
                        f"bmp/{name}/{bits}-{mask}/{turn}",
                        file(header, bits, rows, 3, masks, top_down=top_down),
                    )
    for bits, compression in ((8, 1), (4, 2)):
        rows = _runs(levels(1, bits)[..., 0], four=bits == 4)
        for kind in ("colour", "grey"):
            colours = palette(2**bits, grey=kind == "grey")
            yield Case(
                f"bmp/info/rle{bits}-{kind}/up", file(40, bits, rows, compression, (), colours)
            )
