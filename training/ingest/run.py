"""One run of the ingest: the same input makes the same output, whatever an earlier run left."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.failure import TrainingFailure
from training.ingest import compound
from training.ingest.records import Found, Reader
from training.whole import replace

LOG = logging.getLogger("ingest")
TABLE, PICTURES, MANIFEST = "compounds.csv", "pictures", "ingest.json"
COLUMNS = ("compound_id", "name", "smiles", "num_rings", "picture", "width", "height", "sha256")
QUOTED = 200


@dataclass
class Counts:
    read: int = 0
    good: int = 0
    duplicates: int = 0
    bad: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        bad = self.bad.total()
        return f"{self.read} records = {self.good} good + {self.duplicates} duplicates + {bad} bad"


@dataclass(frozen=True)
class Result:
    counts: Counts
    changed: bool


def ingest(
    source: Path, output: Path, dlq: Path, on_bytes: Callable[[int], object] = lambda _: None
) -> Result:
    """Writes the table and the pictures into `output` and the dead letters to `dlq`."""
    if not source.is_file():
        raise TrainingFailure(f"there is no {source}: --data_loc and --file_name say where it is")
    run = _Run(output / PICTURES)
    try:
        output.mkdir(parents=True, exist_ok=True)
        dlq.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as stream:
            for found in Reader(stream, on_bytes):
                run.take(found)
        return run.finish(output, dlq)
    except OSError as failure:
        raise TrainingFailure(f"cannot write or read: {failure}") from failure


class _Run:
    def __init__(self, pictures: Path) -> None:
        self._pictures = pictures
        self._counts = Counts()
        self._rows: list[tuple[Any, ...]] = []
        self._letters: list[str] = []
        self._first: dict[str, int] = {}
        self._changed = False
        pictures.mkdir(parents=True, exist_ok=True)

    def take(self, found: Found) -> None:
        self._counts.read += 1
        try:
            if found.value is None:
                raise compound.BadRecord(found.fault)
            good = compound.read(found.value)
        except compound.BadRecord as bad:
            self._counts.bad[str(bad)] += 1
            self._letter(found, str(bad))
            return
        first = self._first.setdefault(good.identifier, self._counts.read)
        if first != self._counts.read:
            self._counts.duplicates += 1
            self._letter(found, f"has the compound_id of record {first}")
            return
        self._counts.good += 1
        self._keep(good)

    def _keep(self, good: compound.Compound) -> None:
        self._changed |= replace(self._pictures / good.file, good.picture)
        digest = hashlib.sha256(good.picture).hexdigest()
        size = (good.width, good.height)
        row = (good.identifier, good.name, good.smiles, good.rings, good.file, *size, digest)
        self._rows.append(row)

    def _letter(self, found: Found, reason: str) -> None:
        quoted = found.text[:QUOTED].encode("utf-8", "backslashreplace").decode()
        letter = {"record": self._counts.read, "reason": reason, "begins": quoted}
        self._letters.append(json.dumps(letter))
        LOG.debug("record %d %s", self._counts.read, reason)

    def finish(self, output: Path, dlq: Path) -> Result:
        """The list of what belongs to the table comes last: a run that was killed begins again."""
        kept = {row[4] for row in self._rows}
        for stale in self._before(output) - kept:
            (self._pictures / stale).unlink(missing_ok=True)
            self._changed = True
        self._changed |= replace(dlq, "".join(f"{line}\n" for line in self._letters).encode())
        self._changed |= replace(output / TABLE, self._table())
        manifest = {"pictures": sorted(kept), "records": self._counts.read}
        self._changed |= replace(output / MANIFEST, json.dumps(manifest, indent=1).encode())
        return Result(self._counts, self._changed)

    @staticmethod
    def _before(output: Path) -> set[str]:
        """Pictures of the last run, by names that an ingest can have given."""
        try:
            names = json.loads((output / MANIFEST).read_text(encoding="utf-8"))["pictures"]
        except (FileNotFoundError, ValueError, KeyError):
            return set()
        return {name for name in names if Path(name).name == name}

    def _table(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(self._rows)
        return text.getvalue().encode()
