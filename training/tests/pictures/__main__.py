"""python -m training.tests.pictures FILE: generated pictures and how the reference sees them."""

from __future__ import annotations

import struct
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from training import picture

from . import bmp, gif, photographs, png, tiff
from .levels import Case

# Neither white nor grey: what shows through is seen in each channel.
BACKGROUND = "200,100,50"
PICTURE, REFUSED, CRASHED = range(3)


def _cases() -> Iterator[Case]:
    for module in (png, bmp, gif, tiff, photographs):
        yield from module.cases()


def _block(content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + content


def _reference(case: Case) -> tuple[int, bytes]:
    try:
        image = picture.decode(case.content, BACKGROUND)
    except picture.PictureRefused as refusal:
        return REFUSED, str(refusal).encode()
    except Exception as crash:
        return CRASHED, f"{type(crash).__name__}: {crash}".encode()
    return PICTURE, struct.pack(">LL", *image.size) + image.tobytes()


def main(target: Path) -> None:
    warnings.simplefilter("ignore")
    with target.open("wb") as out:
        for case in _cases():
            outcome, seen = _reference(case)
            out.write(_block(case.name.encode()) + _block(case.content))
            out.write(bytes([outcome]) + _block(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
