"""Every odd sample becomes the same upright RGB picture, or is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from training import picture, samples
from training.catalogue import SAMPLES

DECODABLE = (
    "flower.jpg",
    "grey.jpg",
    "cmyk.jpg",
    "progressive.jpg",
    "rotated.jpg",
    "sixteen-bit.png",
    "transparent.png",
    "palette.png",
    "flower.webp",
    "flower.gif",
    "flower.bmp",
)
SQUASHED = {"width": 64, "height": 64}


def png_of(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("name", DECODABLE)
def test_an_odd_format_is_the_same_flower(name: str) -> None:
    def shade(sample: str) -> np.ndarray:
        # The middle: the transparent one is whole there.
        tensor = picture.tensor((SAMPLES / sample).read_bytes(), SQUASHED)
        return tensor[0].mean(axis=0)[20:44, 20:44]

    assert np.corrcoef(shade(name).ravel(), shade("flower.jpg").ravel())[0, 1] > 0.97


@pytest.mark.parametrize("name", ["bomb.png", "text.jpg", "truncated.jpg"])
def test_what_is_no_picture_is_refused(name: str) -> None:
    with pytest.raises(picture.PictureRefused):
        picture.decode((SAMPLES / name).read_bytes())


def test_transparency_shows_the_background() -> None:
    clear = png_of(Image.new("RGBA", (4, 4), (200, 0, 0, 0)))
    assert picture.decode(clear).getpixel((0, 0)) == (255, 255, 255)
    assert picture.decode(clear, "10,20,30").getpixel((0, 0)) == (10, 20, 30)


def test_sixteen_bits_keep_their_brightness() -> None:
    white = samples.sixteen_bit(Image.new("RGB", (4, 4), (255, 128, 0)))
    assert picture.decode(white).getpixel((0, 0)) == (255, 128, 0)
    grey = Image.fromarray(np.full((4, 4), 128 * 257, np.uint16))
    assert picture.decode(png_of(grey)).getpixel((0, 0)) == (128, 128, 128)


def test_the_centre_crop_rounds_half_a_pixel_up() -> None:
    columns = np.tile(np.arange(9, dtype=np.uint8), (4, 1))
    image = Image.fromarray(columns).convert("RGB")
    cropped = picture.resize(image, {"width": 4, "height": 4, "resizeShort": 4, "centerCrop": True})
    assert cropped.getpixel((0, 0)) == (3, 3, 3)


def test_normalising_is_mean_and_deviation_per_channel() -> None:
    metadata = {"width": 1, "height": 1, "normalize": "0,0.5,1,1,0.5,2"}
    tensor = picture.tensor(png_of(Image.new("RGB", (1, 1), (255, 255, 255))), metadata)
    assert tensor.ravel().tolist() == [1.0, 1.0, 0.0]


def test_the_bomb_is_the_one_the_command_draws() -> None:
    assert (SAMPLES / "bomb.png").read_bytes() == samples.bomb(samples.BOMB_SIDE)
