"""PNG: colour type by depth by transparency by interlacing, by carrier and orientation."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np

from . import carriers
from .levels import HEIGHT, WIDTH, Case, levels, packed_rows, palette

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_KINDS = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgb-alpha"}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def chunk(name: bytes, content: bytes) -> bytes:
    total = zlib.crc32(name + content)
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", total)


def file(colour: int, bits: int, before: bytes = b"", after: bytes = b"", interlaced: bool = False):
    """`before` stands before the pixels, `after` behind them."""
    pixels = levels(_CHANNELS[colour], bits, alpha=colour in (4, 6))
    head = struct.pack(">LLBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, int(interlaced))
    data = b"".join(_scanlines(part, bits) for part in _parts(pixels, interlaced))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + before
        + chunk(b"IDAT", zlib.compress(data))
        + after
        + chunk(b"IEND", b"")
    )


def _parts(pixels: np.ndarray, interlaced: bool) -> Iterator[np.ndarray]:
    if not interlaced:
        yield pixels
        return
    for x, y, across, down in _PASSES:
        part = pixels[y::down, x::across]
        if part.size:
            yield part


def _scanlines(part: np.ndarray, bits: int) -> bytes:
    packed = packed_rows(part, bits)
    line = len(packed) // part.shape[0]
    return b"".join(b"\0" + packed[at : at + line] for at in range(0, len(packed), line))


def _transparencies(colour: int, bits: int) -> dict[str, bytes]:
    most = 2**bits - 1
    if colour == 0:
        keys = {"none": None, "black": 0, "white": most, "middle": int(levels(1, bits)[6, 10, 0])}
        return {
            k: b"" if v is None else chunk(b"tRNS", struct.pack(">H", v)) for k, v in keys.items()
        }
    if colour == 2:
        there = levels(3, bits)[5, 7]
        return {
            "none": b"",
            "key": chunk(b"tRNS", struct.pack(">HHH", *(int(part) for part in there))),
            "absent": chunk(b"tRNS", struct.pack(">HHH", most, 1, most)),
        }
    if colour == 3:
        entries = 2**bits
        return {
            "none": b"",
            "one": chunk(b"tRNS", b"\xff" * (entries // 2) + b"\0"),
            "all": chunk(b"tRNS", bytes(i * 255 // (entries - 1) for i in range(entries))),
            "some": chunk(b"tRNS", bytes([0, 128][: entries - 1])),
            "opaque": chunk(b"tRNS", b"\xff" * entries),
        }
    return {"none": b""}


def _itxt(text: bytes, packed: bool = False) -> bytes:
    content = zlib.compress(text) if packed else text
    return chunk(b"iTXt", b"XML:com.adobe.xmp\0" + bytes([packed, 0]) + b"\0\0" + content)


CARRIERS: dict[str, Callable[[int], bytes]] = {
    "exif-MM": lambda o: chunk(b"eXIf", carriers.exif(o)),
    "exif-II-long": lambda o: chunk(b"eXIf", carriers.exif(o, "II", "long")),
    "exif-II-byte": lambda o: chunk(b"eXIf", carriers.exif(o, "II", "byte")),
    "exif-prefixed": lambda o: chunk(b"eXIf", b"Exif\0\0" + carriers.exif(o)),
    "profile-packed": lambda o: chunk(
        b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(carriers.raw_profile(o))
    ),
    "profile-plain": lambda o: chunk(b"tEXt", b"Raw profile type exif\0" + carriers.raw_profile(o)),
    "xmp": lambda o: _itxt(carriers.xmp(o)),
    "xmp-packed": lambda o: _itxt(carriers.xmp(o, "element"), packed=True),
    "exif-against-xmp": lambda o: _itxt(carriers.xmp(o)) + chunk(b"eXIf", carriers.exif(9 - o)),
    "exif-upright-against-xmp": lambda o: _itxt(carriers.xmp(o)) + chunk(b"eXIf", carriers.exif(1)),
}


def _modes() -> Iterator[tuple[str, int, int, bytes]]:
    for colour, depths in _DEPTHS.items():
        for bits in depths:
            before = b""
            if colour == 3:
                before = chunk(b"PLTE", b"".join(bytes(entry) for entry in palette(2**bits)))
            for transparency, trns in _transparencies(colour, bits).items():
                yield f"{_KINDS[colour]}-{bits}/{transparency}", colour, bits, before + trns


def cases() -> Iterator[Case]:
    for name, colour, bits, before in _modes():
        for interlaced in (False, True):
            scan = "interlaced" if interlaced else "plain"
            yield Case(f"png/{name}/{scan}/1", file(colour, bits, before, interlaced=interlaced))
        for carrier, block in CARRIERS.items():
            for turn in carriers.ORIENTATIONS:
                yield Case(f"png/{name}/{carrier}/{turn}", file(colour, bits, before + block(turn)))
    for carrier, block in CARRIERS.items():
        for turn in carriers.ORIENTATIONS:
            yield Case(f"png/rgb-8/behind/{carrier}/{turn}", file(2, 8, after=block(turn)))
    odd = {
        "gamma": chunk(b"gAMA", struct.pack(">L", 100000)),
        "srgb": chunk(b"sRGB", b"\0"),
        "chroma": chunk(b"cHRM", struct.pack(">8L", 31270, 32900, 64, 33, 30, 60, 15, 6)),
        "background": chunk(b"bKGD", struct.pack(">3H", 9, 9, 9)),
        "icc": chunk(b"iCCP", b"p\0\0" + zlib.compress(b"\0" * 200)),
    }
    for name, block in odd.items():
        for colour in (2, 6):
            for bits in (8, 16):
                yield Case(f"png/{_KINDS[colour]}-{bits}/none/{name}/1", file(colour, bits, block))
    few = chunk(b"PLTE", b"".join(bytes(entry) for entry in palette(40)))
    yield Case("png/palette-8/short-palette/plain/1", file(3, 8, few))
