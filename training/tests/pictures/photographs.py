"""What Pillow writes itself: JPEG, WebP, and TIFF with compressions of its library."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from . import carriers
from .levels import HEIGHT, WIDTH, Case, levels


def _image(mode: str) -> Image.Image:
    channels = {"L": 1, "RGB": 3, "RGBA": 4, "CMYK": 4, "LA": 2, "1": 1, "YCbCr": 3}[mode]
    pixels = levels(channels, 8, alpha=mode in ("RGBA", "LA")).astype(np.uint8)
    if mode == "1":
        return Image.fromarray(pixels[..., 0]).convert("1")
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels, mode=mode)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def _with_segment(jpeg: bytes, segment: bytes) -> bytes:
    return jpeg[:2] + segment + jpeg[2:]


def _app1(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def jpegs() -> Iterator[Case]:
    kinds = {
        "grey": _saved(_image("L"), "JPEG", quality=95),
        "rgb-444": _saved(_image("RGB"), "JPEG", quality=95, subsampling=0),
        "rgb-420": _saved(_image("RGB"), "JPEG", quality=95, subsampling=2),
        "rgb-422": _saved(_image("RGB"), "JPEG", quality=95, subsampling=1),
        "rgb-kept": _saved(_image("RGB"), "JPEG", quality=95, keep_rgb=True),
        "progressive": _saved(_image("RGB"), "JPEG", quality=95, progressive=True),
        "cmyk": _saved(_image("CMYK"), "JPEG", quality=95),
        "restarts": _saved(_image("RGB"), "JPEG", quality=95, restart_marker_blocks=1),
    }
    adobe = kinds["cmyk"].index(b"\xff\xeeAdobe"[:2])
    kinds["cmyk-without-adobe"] = (
        kinds["cmyk"][:adobe]
        + kinds["cmyk"][adobe + 2 + int.from_bytes(kinds["cmyk"][adobe + 2 : adobe + 4], "big") :]
    )
    for kind, jpeg in kinds.items():
        yield Case(f"jpeg/{kind}/plain/1", jpeg)
        for turn in carriers.ORIENTATIONS:
            for order in ("II", "MM"):
                for form in carriers.TYPES:
                    block = _app1(b"Exif\0\0" + carriers.exif(turn, order, form))
                    yield Case(
                        f"jpeg/{kind}/exif-{order}-{form}/{turn}", _with_segment(jpeg, block)
                    )
            for form in ("attribute", "element"):
                block = _app1(b"http://ns.adobe.com/xap/1.0/\0" + carriers.xmp(turn, form))
                yield Case(f"jpeg/{kind}/xmp-{form}/{turn}", _with_segment(jpeg, block))
            both = _app1(b"Exif\0\0" + carriers.exif(9 - turn)) + _app1(
                b"http://ns.adobe.com/xap/1.0/\0" + carriers.xmp(turn)
            )
            yield Case(f"jpeg/{kind}/exif-against-xmp/{turn}", _with_segment(jpeg, both))
            after_comment = b"\xff\xfe\0\4ab" + _app1(b"Exif\0\0" + carriers.exif(turn))
            yield Case(
                f"jpeg/{kind}/exif-behind-comment/{turn}", _with_segment(jpeg, after_comment)
            )
            junk = b"\0\x11junk" + _app1(b"Exif\0\0" + carriers.exif(turn))
            yield Case(f"jpeg/{kind}/exif-behind-junk/{turn}", _with_segment(jpeg, junk))
        yield from _damaged(kind, jpeg)


def _damaged(kind: str, jpeg: bytes) -> Iterator[Case]:
    """Bytes between segments at each place, and ends of every kind."""
    at, places = 2, []
    while jpeg[at + 1] != 0xDA:
        places.append(at)
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    places.append(at)
    strays = {
        "zeros": b"\0\0\0\0",
        "text": b"ab12",
        "fill": b"\xff\xff\xff",
        "stuffed": b"\xff\0\xff\0",
        "restart": b"\xff\xd0",
        "odd": b"\x01",
    }
    for number, place in enumerate(places):
        for name, stray in strays.items():
            yield Case(
                f"jpeg/{kind}/stray-{name}-before-{number}/1", jpeg[:place] + stray + jpeg[place:]
            )
    whole = jpeg[:-2]
    ends = {
        "no-end": whole,
        "half-end": whole + b"\xff",
        "zeros": whole + bytes(64),
        "one-zero": whole + b"\0",
        "text": whole + b"something else, but no end of image",
        "two-ends": jpeg + b"\xff\xd9",
        "trailer": jpeg + bytes(range(256)),
        "cut": jpeg[: at + (len(jpeg) - at) // 2],
        "cut-and-zeros": jpeg[: at + (len(jpeg) - at) // 2] + bytes(64),
        "cut-and-ended": jpeg[: at + (len(jpeg) - at) // 2] + b"\xff\xd9",
    }
    for name, content in ends.items():
        yield Case(f"jpeg/{kind}/end-{name}/1", content)


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<L", 4 + len(chunks)) + b"WEBP" + chunks


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<L", len(content)) + content + b"\0" * (len(content) % 2)


def webps() -> Iterator[Case]:
    for mode in ("RGB", "RGBA", "L", "LA"):
        for lossless in (True, False):
            kind = f"{mode.lower()}-{'lossless' if lossless else 'lossy'}"
            options = {"lossless": lossless, "quality": 95, "exact": True}
            image = _image(mode).convert("RGBA" if mode.endswith("A") else "RGB")
            yield Case(f"webp/{kind}/plain/1", _saved(image, "WEBP", **options))
            for turn in carriers.ORIENTATIONS:
                for prefix in (b"", b"Exif\0\0"):
                    for order in ("II", "MM"):
                        for form in ("byte", "short", "long"):
                            block = prefix + carriers.exif(turn, order, form)
                            name = f"exif{'-prefixed' if prefix else ''}-{order}-{form}"
                            yield Case(
                                f"webp/{kind}/{name}/{turn}",
                                _saved(image, "WEBP", exif=block, **options),
                            )
                block = carriers.xmp(turn)
                yield Case(f"webp/{kind}/xmp/{turn}", _saved(image, "WEBP", xmp=block, **options))
            yield from _animated(kind, image, options, mode.endswith("A"))


def _animated(kind: str, image: Image.Image, options: dict, alpha: bool) -> Iterator[Case]:
    still = _saved(image, "WEBP", **options)
    frame = still[12:] if still[12:16] != b"VP8X" else still[12 + 18 :]
    places = {
        "whole": (WIDTH, HEIGHT, 0, 0),
        "middle": (WIDTH + 8, HEIGHT + 6, 4, 2),
        "corner": (WIDTH + 8, HEIGHT + 6, 8, 6),
    }
    for place, (width, height, left, top) in places.items():
        for blend in (0, 2):
            for flagged in (False, True):
                for turn in (1, 6):
                    yield Case(
                        f"webp/{kind}/animated-{place}-{blend}-{flagged}/{turn}",
                        _film(frame, width, height, left, top, blend, flagged, turn),
                    )


def _film(
    frame: bytes, width: int, height: int, left: int, top: int, blend: int, alpha: bool, turn: int
) -> bytes:
    def three(number: int) -> bytes:
        return struct.pack("<L", number)[:3]

    flags = 2 | (16 if alpha else 0) | (8 if turn != 1 else 0)
    head = _chunk(b"VP8X", bytes([flags, 0, 0, 0]) + three(width - 1) + three(height - 1))
    picture = three(left // 2) + three(top // 2) + three(WIDTH - 1) + three(HEIGHT - 1)
    one = _chunk(b"ANMF", picture + three(100) + bytes([blend]) + frame)
    exif = _chunk(b"EXIF", carriers.exif(turn)) if turn != 1 else b""
    return _riff(head + _chunk(b"ANIM", bytes([9, 99, 199, 255, 0, 0])) + one + one + exif)


def tiffs() -> Iterator[Case]:
    for mode, compressions in {
        "1": ("group3", "group4", "tiff_ccitt", "tiff_lzw"),
        "L": ("jpeg", "zstd", "lzma", "tiff_lzw", "tiff_adobe_deflate"),
        "RGB": ("jpeg", "zstd", "lzma", "tiff_lzw", "packbits", "tiff_deflate"),
        "RGBA": ("zstd", "tiff_lzw"),
        "LA": ("tiff_lzw", "tiff_adobe_deflate"),
        "CMYK": ("jpeg", "tiff_lzw"),
        "YCbCr": ("jpeg", "tiff_lzw"),
    }.items():
        for compression in compressions:
            for turn in carriers.ORIENTATIONS:
                content = _saved(
                    _image(mode), "TIFF", compression=compression, tiffinfo={274: turn}
                )
                yield Case(f"tiff/saved-{mode}/{compression}/{turn}", content)
    two = _saved(_image("RGB"), "TIFF", save_all=True, append_images=[_image("L")])
    yield Case("tiff/saved-RGB/two-pages/1", two)
    profile = _saved(_image("RGBA"), "TIFF", icc_profile=b"\0" * 200)
    yield Case("tiff/saved-RGBA/broken-profile/1", profile)


def cases() -> Iterator[Case]:
    yield from jpegs()
    yield from webps()
    yield from tiffs()
