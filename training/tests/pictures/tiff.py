"""TIFF: photometry by depth by extra samples by byte order by compression by layout."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from . import carriers
from .levels import HEIGHT, WIDTH, Case, levels, packed_rows, palette, premultiplied

_ROWS = 5
_TILE = 16
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8}
_NONE, _LZW, _DEFLATE, _PACKBITS, _OLD_DEFLATE = 1, 5, 8, 32773, 32946


@dataclass(frozen=True)
class Kind:
    """What the samples are."""

    photometry: int
    bits: int
    samples: int = 1
    extra: tuple[int, ...] = ()
    form: int = 1

    def pixels(self) -> np.ndarray:
        alpha = any(kind in (1, 2) for kind in self.extra) or (
            self.photometry == 2 and self.samples == 4 and not self.extra
        )
        levels_of = levels(self.samples, min(self.bits, 16), alpha)
        return premultiplied(levels_of, self.bits) if 1 in self.extra else levels_of


@dataclass(frozen=True)
class Storage:
    """How they are kept."""

    order: str = "II"
    big: bool = False
    compression: int = _NONE
    predictor: int = 1
    tiled: bool = False
    planar: bool = False
    one_strip: bool = False
    reversed_bits: bool = False


KINDS = {
    "white-is-zero-1": Kind(0, 1),
    "white-is-zero-2": Kind(0, 2),
    "white-is-zero-4": Kind(0, 4),
    "white-is-zero-8": Kind(0, 8),
    "white-is-zero-16": Kind(0, 16),
    "grey-1": Kind(1, 1),
    "grey-2": Kind(1, 2),
    "grey-4": Kind(1, 4),
    "grey-8": Kind(1, 8),
    "grey-12": Kind(1, 12),
    "grey-16": Kind(1, 16),
    "grey-16-signed": Kind(1, 16, form=2),
    "grey-32": Kind(1, 32),
    "grey-32-signed": Kind(1, 32, form=2),
    "grey-32-float": Kind(1, 32, form=3),
    "grey-8-unspecified": Kind(1, 8, 2, (0,)),
    "grey-8-associated": Kind(1, 8, 2, (1,)),
    "grey-8-alpha": Kind(1, 8, 2, (2,)),
    "grey-16-alpha": Kind(1, 16, 2, (2,)),
    "rgb-8": Kind(2, 8, 3),
    "rgb-8-undeclared": Kind(2, 8, 4),
    "rgb-8-unspecified": Kind(2, 8, 4, (0,)),
    "rgb-8-associated": Kind(2, 8, 4, (1,)),
    "rgb-8-alpha": Kind(2, 8, 4, (2,)),
    "rgb-8-corel": Kind(2, 8, 4, (999,)),
    "rgb-8-alpha-and-more": Kind(2, 8, 5, (2, 0)),
    "rgb-8-associated-and-more": Kind(2, 8, 5, (1, 0)),
    "rgb-8-two-unspecified": Kind(2, 8, 5, (0, 0)),
    "rgb-16": Kind(2, 16, 3),
    "rgb-16-undeclared": Kind(2, 16, 4),
    "rgb-16-unspecified": Kind(2, 16, 4, (0,)),
    "rgb-16-associated": Kind(2, 16, 4, (1,)),
    "rgb-16-alpha": Kind(2, 16, 4, (2,)),
    "palette-1": Kind(3, 1),
    "palette-2": Kind(3, 2),
    "palette-4": Kind(3, 4),
    "palette-8": Kind(3, 8),
    "palette-8-unspecified": Kind(3, 8, 2, (0,)),
    "palette-8-alpha": Kind(3, 8, 2, (2,)),
    "cmyk-8": Kind(5, 8, 4),
    "cmyk-8-and-more": Kind(5, 8, 5, (0,)),
    "cmyk-16": Kind(5, 16, 4),
}


def file(
    kind: Kind, storage: Storage, more: tuple[tuple[int, int, int | bytes], ...] = ()
) -> bytes:
    """`more`: tag, type and value of further entries."""
    end = "<" if storage.order == "II" else ">"
    pixels = kind.pixels()
    chunks = [_stored(part, kind, storage) for part in _parts(pixels, storage)]
    start = 16 if storage.big else 8
    offsets, at = [], start
    for chunk in chunks:
        offsets.append(at)
        at += len(chunk)
    data = b"".join(chunks)
    lengths = [len(chunk) for chunk in chunks]
    entries = _entries(kind, storage, offsets, lengths)
    for tag, number, value in more:
        entries[tag] = (number, [value] if isinstance(value, int) else value)
    directory_at = start + len(data) + len(data) % 2
    head = storage.order.encode() + (
        struct.pack(end + "HHHQ", 43, 8, 0, directory_at)
        if storage.big
        else struct.pack(end + "HL", 42, directory_at)
    )
    return (
        head + data + b"\0" * (len(data) % 2) + _directory(entries, end, storage.big, directory_at)
    )


def _directory(entries: dict, end: str, big: bool, at: int) -> bytes:
    inline, count_form, entry = (8, "Q", 20) if big else (4, "L", 12)
    head = struct.pack(end + ("Q" if big else "H"), len(entries))
    behind_at = at + len(head) + entry * len(entries) + (8 if big else 4)
    listed, behind = b"", b""
    forms = {
        1: "B",
        2: "B",
        3: "H",
        4: "L",
        6: "b",
        7: "B",
        8: "h",
        9: "l",
        11: "f",
        12: "d",
        16: "Q",
    }
    for tag, (number, values) in sorted(entries.items()):
        content = (
            bytes(values)
            if isinstance(values, bytes)
            else b"".join(struct.pack(end + forms[number], value) for value in values)
        )
        listed += struct.pack(end + "HH" + count_form, tag, number, len(content) // _SIZES[number])
        if len(content) > inline:
            listed += struct.pack(end + count_form, behind_at + len(behind))
            behind += content + b"\0" * (len(content) % 2)
        else:
            listed += content.ljust(inline, b"\0")
    return head + listed + struct.pack(end + count_form, 0) + behind


def _entries(kind: Kind, storage: Storage, offsets: list[int], lengths: list[int]) -> dict:
    entries: dict[int, tuple[int, list[int]]] = {
        256: (3, [WIDTH]),
        257: (3, [HEIGHT]),
        258: (3, [kind.bits] * kind.samples),
        259: (3, [storage.compression]),
        262: (3, [kind.photometry]),
        277: (3, [kind.samples]),
    }
    long = 16 if storage.big else 4
    if storage.tiled:
        entries |= {
            322: (3, [_TILE]),
            323: (3, [_TILE]),
            324: (long, offsets),
            325: (long, lengths),
        }
    else:
        rows = HEIGHT if storage.one_strip else _ROWS
        entries |= {273: (long, offsets), 278: (3, [rows]), 279: (long, lengths)}
    if storage.planar:
        entries[284] = (3, [2])
    if storage.predictor != 1:
        entries[317] = (3, [storage.predictor])
    if storage.reversed_bits:
        entries[266] = (3, [2])
    if kind.extra:
        entries[338] = (3, list(kind.extra))
    if kind.form != 1:
        entries[339] = (3, [kind.form] * kind.samples)
    if kind.photometry == 3:
        colours = palette(2**kind.bits)
        entries[320] = (3, [entry[c] * 257 for c in range(3) for entry in colours])
    return entries


def _parts(pixels: np.ndarray, storage: Storage) -> Iterator[np.ndarray]:
    planes = (
        [pixels[..., c : c + 1] for c in range(pixels.shape[-1])] if storage.planar else [pixels]
    )
    for plane in planes:
        if storage.tiled:
            for y in range(0, HEIGHT, _TILE):
                for x in range(0, WIDTH, _TILE):
                    part = plane[y : y + _TILE, x : x + _TILE]
                    down, across = _TILE - part.shape[0], _TILE - part.shape[1]
                    yield np.pad(part, ((0, down), (0, across), (0, 0)))
        else:
            rows = HEIGHT if storage.one_strip else _ROWS
            for y in range(0, HEIGHT, rows):
                yield plane[y : y + rows]


def _stored(part: np.ndarray, kind: Kind, storage: Storage) -> bytes:
    if storage.predictor == 2:
        mask = np.uint32(2**kind.bits - 1)
        part = np.concatenate([part[:, :1], (part[:, 1:] - part[:, :-1]) & mask], axis=1)
    if kind.form == 3:
        end = "<" if storage.order == "II" else ">"
        raw = (part / 65535 * 300 - 20).astype(end + "f4").tobytes()
    else:
        raw = packed_rows(part, kind.bits, storage.order == "MM")
    if storage.reversed_bits:
        raw = bytes(int(f"{byte:08b}"[::-1], 2) for byte in raw)
    line = len(raw) // part.shape[0]
    if storage.compression in (_DEFLATE, _OLD_DEFLATE):
        return zlib.compress(raw)
    if storage.compression == _PACKBITS:
        return b"".join(_packbits(raw[at : at + line]) for at in range(0, len(raw), line))
    return _lzw(raw) if storage.compression == _LZW else raw


def _packbits(line: bytes) -> bytes:
    return b"".join(
        bytes([len(line[at : at + 128]) - 1]) + line[at : at + 128]
        for at in range(0, len(line), 128)
    )


def _lzw(raw: bytes) -> bytes:
    """Codes of nine bits, cleared before they would grow."""
    codes = []
    for at, byte in enumerate(raw):
        if at % 200 == 0:
            codes.append(256)
        codes.append(byte)
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def _storages() -> dict[str, Storage]:
    every = {}
    for order in ("II", "MM"):
        for big in (False, True):
            for layout in ("strips", "strip", "tiles", "planar", "planar-tiles"):
                for name, compression, predictor in (
                    ("none", _NONE, 1),
                    ("lzw", _LZW, 1),
                    ("lzw-predictor", _LZW, 2),
                    ("deflate", _DEFLATE, 1),
                    ("deflate-predictor", _DEFLATE, 2),
                    ("packbits", _PACKBITS, 1),
                ):
                    every[f"{order}{'-big' if big else ''}/{layout}/{name}"] = Storage(
                        order, big, compression, predictor, "tiles" in layout, "planar" in layout,
                        layout == "strip",
                    )  # fmt: skip
    return every


def cases() -> Iterator[Case]:
    for name, kind in KINDS.items():
        for stored, storage in _storages().items():
            if storage.planar and kind.samples == 1:
                continue
            if storage.predictor == 2 and (kind.bits not in (8, 16) or kind.form == 3):
                continue
            yield Case(f"tiff/{name}/{stored}/1", file(kind, storage))
        for order in ("II", "MM"):
            storage = Storage(order)
            turned = replace(storage, reversed_bits=True)
            yield Case(f"tiff/{name}/{order}/reversed-bits/1", file(kind, turned))
            for turn in carriers.ORIENTATIONS:
                for form, number in (("byte", 1), ("short", 3), ("long", 4), ("slong", 9)):
                    content = file(kind, storage, ((274, number, turn),))
                    yield Case(f"tiff/{name}/{order}/tag-{form}/{turn}", content)
                for form in ("attribute", "element"):
                    content = file(kind, storage, ((700, 1, carriers.xmp(turn, form)),))
                    yield Case(f"tiff/{name}/{order}/xmp-{form}/{turn}", content)
                both = ((274, 3, 9 - turn), (700, 1, carriers.xmp(turn)))
                yield Case(f"tiff/{name}/{order}/tag-against-xmp/{turn}", file(kind, storage, both))
                packed = file(kind, Storage(order, True, _DEFLATE), ((274, 3, turn),))
                yield Case(f"tiff/{name}/{order}-big/tag-short/{turn}", packed)
