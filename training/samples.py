"""What arrives on an ordinary day: odd picture files, and raw records with faults among them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from training.catalogue import RAW, SAMPLES
from training.ingest import sample

EXIF_ORIENTATION = 0x0112
ROTATED_RIGHT = 6
BOMB_SIDE = 50_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_GREY, PNG_RGB = 0, 2


def draw(folder: Path = SAMPLES) -> None:
    with Image.open(SAMPLES / "flower.jpg") as photograph:
        large = photograph.resize((480, 320), Image.Resampling.BOX)
        small = photograph.resize((384, 256), Image.Resampling.BOX)

    large.convert("L").save(folder / "grey.jpg", quality=80)
    large.convert("CMYK").save(folder / "cmyk.jpg", quality=80)
    large.save(folder / "progressive.jpg", quality=80, progressive=True)
    large.save(folder / "flower.webp", quality=80)
    small.convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save(folder / "palette.png")
    small.convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save(folder / "flower.gif")
    small.resize((192, 128), Image.Resampling.BOX).save(folder / "flower.bmp")

    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = ROTATED_RIGHT
    # Stored lying on its side; the tag tells a viewer to turn it upright.
    large.transpose(Image.Transpose.ROTATE_90).save(folder / "rotated.jpg", quality=80, exif=exif)

    small.putalpha(disc(small.size))
    small.save(folder / "transparent.png", optimize=True)
    (folder / "sixteen-bit.png").write_bytes(sixteen_bit(large.resize((192, 128))))
    (folder / "bomb.png").write_bytes(bomb(BOMB_SIDE))
    whole = (folder / "progressive.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "text.jpg").write_text("This is a text, whatever its name says.\n", encoding="utf-8")
    RAW.mkdir(exist_ok=True)
    (RAW / "compounds.json").write_bytes(sample.compounds(SAMPLES))


def disc(size: tuple[int, int]) -> Image.Image:
    """Opaque in the middle, fading to fully transparent corners."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    opacity = np.clip(1.9 - 1.2 * np.hypot(x, y), 0, 1)
    return Image.fromarray((255 * opacity).astype(np.uint8))


def sixteen_bit(image: Image.Image) -> bytes:
    """Pillow writes no 16-bit colour. The low byte repeats the high one, so 65535 is white."""
    pixels = np.asarray(image.convert("RGB")).astype(">u2") * 257
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return png(image.width, image.height, 16, PNG_RGB, zlib.compress(rows, 9))


def bomb(side: int) -> bytes:
    """The start of a PNG of side x side black pixels, which would decode to gigabytes.

    Whole it would be 300 KB of packed zeros; whoever does not look at the header first allocates
    the picture at the first of them.
    """
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row) for _ in range(512)) + packer.flush()
    return png(side, side, 1, PNG_GREY, packed)


def png(width: int, height: int, depth: int, colour: int, packed: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
