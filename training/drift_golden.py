"""Drift figures as SciPy computes them: what the monitor must match."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from training import drift

TENTHS = [100] * 10
PAIRS: dict[str, tuple[list[int], list[int]]] = {
    "identical": (TENTHS, TENTHS),
    "identical shares of another size": ([30, 50, 20], [3, 5, 2]),
    "identical shares, a window larger than the baseline": ([3, 5, 2], [3000, 5000, 2000]),
    "one row more": (TENTHS, [*TENTHS[:-1], 101]),
    "disjoint": ([50, 50, 0, 0], [0, 0, 30, 70]),
    "disjoint, two bins": ([1000, 0], [0, 1000]),
    "two bins, alike": ([160, 840], [17, 83]),
    "two bins, turned round": ([160, 840], [84, 16]),
    "two bins, a little": ([500, 500], [260, 240]),
    "a window of one row": (TENTHS, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    "a window of two rows": ([700, 300], [1, 1]),
    "a window of three rows in ten bins": (TENTHS, [1, 0, 0, 1, 0, 0, 0, 0, 0, 1]),
    "all in one bin, before and now": ([0, 40, 0], [0, 7, 0]),
    "all now in one bin of many": (TENTHS, [0] * 9 + [400]),
    "a bin that emptied": ([250, 250, 250, 250], [100, 100, 100, 0]),
    "a bin that was empty": ([333, 333, 334, 0], [90, 90, 90, 30]),
    "a bin empty in both": ([500, 0, 500, 200], [45, 0, 55, 21]),
    "several bins empty in both": ([9, 0, 0, 0, 1], [8, 0, 0, 0, 3]),
    "one row of a value never seen": ([1200, 1000, 0], [61, 50, 1]),
    "only values never seen": ([1200, 1000, 0], [0, 0, 64]),
    "a share below the floor": ([1_000_000, 10], [990, 10]),
    "a share at the floor": ([9999, 1], [10000, 0]),
    "a shift by one bin": ([0, 10, 20, 40, 20, 10, 0, 0], [0, 0, 10, 20, 40, 20, 10, 0]),
    "inflation": (TENTHS, [4, 9, 17, 33, 51, 70, 98, 131, 190, 397]),
    "rare categories": ([5000, 40, 5, 1, 0], [480, 9, 0, 2, 1]),
    "baseline of one row": ([1, 0], [40, 60]),
    "large counts": ([40_000_000, 60_000_000], [39_990_000, 60_010_000]),
}
# Name, bins, rows of the baseline and of the window, how much the window leans to the last bin.
DRAWN = (
    ("fifty bins, alike", 50, 20_000, 2_000, 0.0),
    ("fifty bins, leaning", 50, 20_000, 2_000, 1.5),
    ("fifty bins, a small window", 50, 20_000, 60, 0.0),
    ("ten bins, alike", 10, 3_200, 300, 0.0),
    ("ten bins, leaning a little", 10, 3_200, 300, 0.5),
    ("seven bins, leaning much", 7, 800, 800, 4.0),
)

Case = dict[str, Any]


def cases() -> list[Case]:
    drawn = {name: _drawn(*how, seed) for seed, (name, *how) in enumerate(DRAWN, start=1)}
    return [
        {
            "name": name,
            "baseline": baseline,
            "window": window,
            "psi": drift.psi(baseline, window),
            "js": drift.jensen_shannon(baseline, window),
            "p_value": drift.p_value(baseline, window),
        }
        for name, (baseline, window) in (PAIRS | drawn).items()
    ]


def write(out: Path) -> None:
    lines = ",\n  ".join(json.dumps(case) for case in cases())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(f'{{"floor": {drift.FLOOR}, "cases": [\n  {lines}\n]}}\n', encoding="utf-8")
    print(f"{out}: {len(PAIRS) + len(DRAWN)} cases")


def _drawn(bins: int, before: int, now: int, lean: float, seed: int) -> tuple[list[int], list[int]]:
    chance = random.Random(seed)
    shape = [0.2 + chance.random() for _ in range(bins)]
    leaning = [share * (1 + lean * at / bins) for at, share in enumerate(shape)]
    return _counts(chance, shape, before), _counts(chance, leaning, now)


def _counts(chance: random.Random, shape: list[float], rows: int) -> list[int]:
    counts = [0] * len(shape)
    for at in chance.choices(range(len(shape)), shape, k=rows):
        counts[at] += 1
    return counts
