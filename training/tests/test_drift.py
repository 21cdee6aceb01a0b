"""The figures that the monitor must match are SciPy's; the shipped file is what the code yields."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from training import drift, drift_golden
from training.__main__ import main
from training.catalogue import PACKAGE

SHIPPED = PACKAGE.parent / "monitor/src/test/resources/drift-golden.json"


def test_the_shipped_file_is_what_the_command_writes(tmp_path: Path) -> None:
    assert main(["drift-golden", "--out", str(tmp_path / "golden.json")]) == 0
    made = json.loads((tmp_path / "golden.json").read_text(encoding="utf-8"))
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert shipped["floor"] == made["floor"] == drift.FLOOR
    assert len(shipped["cases"]) >= 30
    for theirs, ours in zip(shipped["cases"], made["cases"], strict=True):
        figures = {name: ours.pop(name) for name in ("psi", "js", "p_value")}
        # Another processor may add in another order.
        assert {name: theirs.pop(name) for name in figures} == pytest.approx(figures, rel=1e-9)
        assert theirs == ours


def test_every_figure_is_a_number_in_its_range() -> None:
    for case in drift_golden.cases():
        assert math.isfinite(case["psi"]) and case["psi"] >= 0, case["name"]
        assert 0 <= case["js"] <= 1, case["name"]
        assert 0 <= case["p_value"] <= 1, case["name"]
        assert len(case["baseline"]) == len(case["window"]), case["name"]


def test_equal_shares_do_not_drift() -> None:
    assert drift.psi([30, 50, 20], [3, 5, 2]) == 0
    assert drift.jensen_shannon([30, 50, 20], [3, 5, 2]) == 0
    assert drift.p_value([30, 50, 20], [3, 5, 2]) == pytest.approx(1)


def test_what_has_nothing_in_common_is_as_far_as_can_be() -> None:
    assert drift.jensen_shannon([1, 0], [0, 1]) == 1
    assert drift.psi([1, 0], [0, 1]) == pytest.approx(2 * (1 - 1e-4) * math.log(1e4))


def test_the_index_is_the_textbooks() -> None:
    expected = (0.3 - 0.5) * math.log(0.3 / 0.5) + (0.7 - 0.5) * math.log(0.7 / 0.5)
    assert drift.psi([50, 50], [30, 70]) == pytest.approx(expected)


def test_of_nothing_there_is_no_figure() -> None:
    with pytest.raises(ValueError, match="nothing was counted"):
        drift.psi([1, 2], [0, 0])
