"""`python -m training ingest`: the run, with its progress and its counts for people."""

from __future__ import annotations

import logging
from pathlib import Path

from tqdm import tqdm

from training.ingest.run import PICTURES, TABLE, Result, ingest


def run(source: Path, output: Path, dlq: Path, log_level: str) -> None:
    logging.basicConfig(level=log_level, format="%(levelname)s %(name)s: %(message)s")
    size = source.stat().st_size if source.is_file() else 0
    # Only for those who look: disable=None leaves it out where stderr is no terminal.
    with tqdm(total=size, unit="B", unit_scale=True, desc=source.name, disable=None) as bar:
        result = ingest(source, output, dlq, bar.update)
    print(report(source, output, dlq, result))


def report(source: Path, output: Path, dlq: Path, result: Result) -> str:
    counts = result.counts
    lines = [f"{source}: {counts}"]
    lines += [f"  {number:6d}  {reason}" for reason, number in counts.bad.most_common()]
    lines.append(f"{output / TABLE}: {counts.good} rows, pictures in {output / PICTURES}")
    lines.append(f"{dlq}: {counts.duplicates + counts.bad.total()} dead letters")
    if not result.changed:
        lines.append("nothing changed since the last run")
    return "\n".join(lines)
