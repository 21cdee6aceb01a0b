"""Finds the records in a JSON file that may be damaged: an array or one object after another.

Records are flat objects. Where one is broken, the next is found where an object begins behind a
comma or at the start of a line, so that a fault costs one record and not the rest of the file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

CHUNK_BYTES = 1 << 20
LONGEST_RECORD = 16 << 20
BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")
NEXT_OBJECT = re.compile(r"[\n,]\s*(?=\{)")
UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Found:
    """`value` where the record is an object, else `fault`; `text` as it stands in the file."""

    text: str
    value: dict[str, Any] | None = None
    fault: str | None = None


class Reader:
    """Reads in pieces: a file may be larger than the memory."""

    def __init__(self, source: BinaryIO, on_bytes: Callable[[int], object] = lambda _: None):
        self._source = source
        self._on_bytes = on_bytes
        # Bytes that are no UTF-8 become lone surrogates: they spoil their record, not the file.
        self._text = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._json = json.JSONDecoder(
            object_pairs_hook=self._members, parse_constant=self._constant
        )
        self._strange: str | None = None
        self._buffer = ""
        self._at = 0
        self._ended = False

    def __iter__(self) -> Iterator[Found]:
        while self._skip_between():
            yield self._next()

    def _skip_between(self) -> bool:
        """False at the end of the file."""
        while True:
            match = BETWEEN.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return True
            if not self._read_more():
                return False

    def _next(self) -> Found:
        while True:
            self._strange = None
            try:
                value, end = self._json.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                found = self._broken(error.msg)
            except RecursionError:
                found = self._broken("nested too deeply")
            else:
                if end == len(self._buffer) and self._read_more():
                    continue  # a number may go on
                return self._whole(value, end)
            if found is not None:
                return found

    def _whole(self, value: Any, end: int) -> Found:
        text = self._cut(end)
        if UNDECODED.search(text):
            return Found(text, fault="is not UTF-8")
        if not isinstance(value, dict):
            return Found(text, fault="is not an object")
        if self._strange:
            return Found(text, fault=self._strange)
        return Found(text, value=value)

    # What Python's reader lets pass.

    def _members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            self._strange = "is not JSON: a member is named twice"
        return members

    def _constant(self, name: str) -> None:
        self._strange = f"is not JSON: {name}"

    def _broken(self, reason: str) -> Found | None:
        """None when there may be more of it to read."""
        following = NEXT_OBJECT.search(self._buffer, self._at + 1)
        may_go_on = following is None and len(self._buffer) - self._at < LONGEST_RECORD
        if may_go_on and self._read_more():
            return None
        end = following.start() if following else len(self._buffer)
        text = self._cut(end)
        if UNDECODED.search(text):
            return Found(text, fault="is not UTF-8")
        if following is None and self._ended:
            return Found(text, fault="is cut off")
        return Found(text, fault=f"is not JSON: {reason}")

    def _cut(self, end: int) -> str:
        text = self._buffer[self._at : end]
        self._at = end
        return text

    def _read_more(self) -> bool:
        if self._ended:
            return False
        chunk = self._source.read(CHUNK_BYTES)
        self._ended = not chunk
        self._on_bytes(len(chunk))
        self._buffer = self._buffer[self._at :] + self._text.decode(chunk, final=self._ended)
        self._at = 0
        return bool(chunk)
