"""What a compound's record must say, and the ways in which it may not."""

from __future__ import annotations

import base64
import binascii
import io
import re
from dataclasses import dataclass
from typing import Any

from PIL import Image

MEMBERS = ("compound_id", "name", "smiles", "num_rings", "image")
FORMATS = {"PNG": "png", "JPEG": "jpg"}
MOST_PIXELS = 4_000_000
TOO_LARGE = f"image has more than {MOST_PIXELS} pixels"
MOST_RINGS = 30
LONGEST_TEXT = 1_000
# It becomes the name of a file.
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SMILES = re.compile(r"[A-Za-z0-9@+\-\[\]()=#$:/\\%.*~]+")


class BadRecord(Exception):
    """The message says why, for whoever sends the records."""


@dataclass(frozen=True)
class Compound:
    identifier: str
    name: str
    smiles: str
    rings: int
    picture: bytes
    suffix: str
    width: int
    height: int

    @property
    def file(self) -> str:
        return f"{self.identifier}.{self.suffix}"


def read(record: dict[str, Any]) -> Compound:
    """Raises BadRecord naming the first fault."""
    missing = [name for name in MEMBERS if record.get(name) is None]
    if missing:
        raise BadRecord(f"has no {' and no '.join(missing)}")
    identifier = _text(record, "compound_id")
    if not IDENTIFIER.fullmatch(identifier):
        raise BadRecord("compound_id may have 64 letters, digits, '-' and '_'")
    name = _text(record, "name")
    smiles = _text(record, "smiles")
    if not SMILES.fullmatch(smiles):
        raise BadRecord("smiles has characters that no SMILES has")
    rings = record["num_rings"]
    if isinstance(rings, bool) or not isinstance(rings, int):
        raise BadRecord("num_rings is not a whole number")
    if not 0 <= rings <= MOST_RINGS:
        raise BadRecord(f"num_rings is not between 0 and {MOST_RINGS}")
    picture = _bytes(record["image"])
    suffix, width, height = _measure(picture)
    return Compound(identifier, name, smiles, rings, picture, suffix, width, height)


def _text(record: dict[str, Any], member: str) -> str:
    value = record[member]
    if not isinstance(value, str):
        raise BadRecord(f"{member} is not a text")
    text = value.strip()
    if not text:
        raise BadRecord(f"{member} is empty")
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise BadRecord(f"{member} is longer than {LONGEST_TEXT} characters or not printable")
    return text


def _bytes(image: Any) -> bytes:
    if not isinstance(image, str):
        raise BadRecord("image is not base64")
    try:
        return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        raise BadRecord("image is not base64") from None


def _measure(picture: bytes) -> tuple[str, int, int]:
    """Suffix, width and height of a picture that decodes; too many pixels are not decoded."""
    try:
        with Image.open(io.BytesIO(picture), formats=list(FORMATS)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadRecord(TOO_LARGE)
            image.load()
            return FORMATS[str(image.format)], image.width, image.height
    except Image.DecompressionBombError:
        raise BadRecord(TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError):
        raise BadRecord("image is no whole PNG or JPEG") from None
