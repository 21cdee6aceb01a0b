"""What a model version depends on, as one hash: equal fingerprints need no new version."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path

from training.catalogue import PACKAGE, Recipe, Release, Shipped


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(release: Release) -> str:
    """Over source, data, parameters and library versions; over every byte of a shipped folder."""
    match release:
        case Recipe():
            parts = {
                "sources": {source: file_digest(PACKAGE / source) for source in release.sources},
                "data": file_digest(release.data) if release.data else release.origin,
                "params": release.params,
                "packages": {p: importlib.metadata.version(p) for p in release.packages},
            }
        case Shipped():
            parts = {
                file.relative_to(release.folder).as_posix(): file_digest(file)
                for file in sorted(release.folder.rglob("*"))
                if file.is_file()
            }
    canonical = json.dumps(parts, sort_keys=True).encode()
    return hashlib.sha256(canonical).hexdigest()
