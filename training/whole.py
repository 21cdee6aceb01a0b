"""Files that are there whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def replace(file: Path, content: bytes) -> bool:
    """False when that is what stands there."""
    if file.is_file() and file.stat().st_size == len(content) and file.read_bytes() == content:
        return False
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(content)
    new.replace(file)
    return True


def replace_json(file: Path, value: Any) -> bool:
    return replace(file, f"{json.dumps(value, indent=1)}\n".encode())
