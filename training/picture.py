"""Picture bytes to a model's input tensor, as its metadata describes it: the reference.

The worker does the same with another decoder; golden tests hold the two together.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageOps

# More pixels than any model here needs; a bomb is refused by its header, before decoding.
MAX_PIXELS = 50_000_000


class PictureRefused(Exception):
    """Not a picture, a broken one, or one with too many pixels."""


def tensor(content: bytes, metadata: dict[str, Any]) -> np.ndarray:
    """[1,3,height,width] float32, RGB."""
    image = resize(decode(content, metadata.get("background", "255,255,255")), metadata)
    pixels = np.asarray(image, dtype=np.float32) / 255
    if "normalize" in metadata:
        numbers = [np.float32(part) for part in metadata["normalize"].split(",")]
        pixels = (pixels - numbers[:3]) / numbers[3:]
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)


def decode(content: bytes, background: str = "255,255,255") -> Image.Image:
    """8-bit RGB, upright, alpha blended onto the background; the first frame of several."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PictureRefused(f"{image.width} x {image.height} is more than {MAX_PIXELS}")
            image.load()
            return _flatten(_eight_bit(ImageOps.exif_transpose(image)), background)
    except (OSError, SyntaxError, Image.DecompressionBombError) as failure:
        raise PictureRefused(str(failure)) from failure


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    return image


def _flatten(image: Image.Image, background: str) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    if image.mode == "La":
        # Grey scaled by its alpha, from a TIFF: Pillow converts it to nothing else.
        image = image.convert("LA")
    over = image.convert("RGBA")
    colour = tuple(int(part) for part in background.split(","))
    return Image.alpha_composite(Image.new("RGBA", over.size, (*colour, 255)), over).convert("RGB")


def resize(image: Image.Image, metadata: dict[str, Any]) -> Image.Image:
    """`resizeShort` and `centerCrop`, or squashed to `width` x `height` without them."""
    width, height = metadata["width"], metadata["height"]
    if "resizeShort" not in metadata:
        return _scale(image, width, height)
    short = metadata["resizeShort"]
    if image.width <= image.height:
        image = _scale(image, short, image.height * short // image.width)
    else:
        image = _scale(image, image.width * short // image.height, short)
    # Half a pixel goes up, as Java's Math.round has it; Python's round would go to the even one.
    left = (image.width - width + 1) // 2
    top = (image.height - height + 1) // 2
    return image.crop((left, top, left + width, top + height))


def _scale(image: Image.Image, width: int, height: int) -> Image.Image:
    """Area average when shrinking, bilinear when enlarging."""
    if (width, height) == image.size:
        return image
    shrinks = width <= image.width and height <= image.height
    return image.resize(
        (width, height), Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    )
