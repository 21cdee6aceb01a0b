"""Each tabular version says what it was trained on, in the form the monitor reads."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from training import baseline
from training.catalogue import NAMES, RELEASES, Recipe
from training.fingerprint import fingerprint
from training.models import california_housing, iris, loan_approval
from training.models.loan_applications import COLUMNS
from training.served import ServedModel
from training.tests.conftest import Champion

TABLES = ("iris", "california-housing", "loan-approval")
PARAMS = {r.name: r.params for r in RELEASES if isinstance(r, Recipe)}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_counted_once_in_every_column(
    champions: dict[str, Champion], name: str
) -> None:
    described = baseline.read(champions[name].folder)
    assert described.keys() == {"rows", "features", "output"}
    for column in (*described["features"], described["output"]):
        assert sum(column["counts"]) == described["rows"], column["name"]
        if column["kind"] == "numeric":
            assert column.keys() == {"name", "kind", "edges", "counts"}
            assert len(column["counts"]) == len(column["edges"]) + 1
            assert column["edges"] == sorted(set(column["edges"]))
        else:
            assert column.keys() == {"name", "kind", "values", "counts"}
            assert len(column["counts"]) == len(column["values"]) + 1
            assert column["counts"][-1] == 0


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_are_those_of_the_signature(champions: dict[str, Champion], name: str) -> None:
    folder = champions[name].folder
    described, model = baseline.read(folder), ServedModel(folder)
    kinds = {n: "categorical" if k == "string" else "numeric" for n, k in model.columns.items()}
    assert {f["name"]: f["kind"] for f in described["features"]} == kinds
    if model.task == "tabular-regression":
        assert described["output"]["name"] == "value"
    else:
        assert described["output"]["name"] == "label"
        assert described["output"]["values"] == model.classes


def test_it_counts_the_rows_trained_on(champions: dict[str, Champion]) -> None:
    seen = {
        "iris": iris.fit(PARAMS["iris"]).seen,
        "california-housing": california_housing.fit(PARAMS["california-housing"], None).seen,
        "loan-approval": loan_approval.fit(PARAMS["loan-approval"]).seen,
    }
    for name, rows in seen.items():
        described = baseline.read(champions[name].folder)
        assert described["rows"] == len(rows)
        for feature in described["features"]:
            assert baseline.recount(feature, rows[feature["name"]]) == feature["counts"]


def test_a_value_on_an_edge_is_in_the_bin_below() -> None:
    feature = {"name": "x", "kind": "numeric", "edges": [1.0, 2.0]}
    assert baseline.recount(feature, [0.0, 1.0, 1.5, 2.0, 2.000001]) == [2, 2, 1]


def test_deciles_hold_a_tenth_each() -> None:
    counted = baseline.numeric("x", np.arange(1000))
    assert counted["counts"] == [100] * 10


def test_equal_deciles_are_one_edge() -> None:
    counted = baseline.numeric("history", [0] * 160 + [1] * 840)
    assert counted["edges"] == [0, 1]
    assert counted["counts"] == [160, 840, 0]


def test_what_is_missing_or_no_number_is_in_no_bin() -> None:
    values = [1.0, 2.0, math.nan, math.inf, -math.inf, None]
    assert sum(baseline.numeric("x", values)["counts"]) == 2
    assert baseline.text("x", ["a", None, "b", "a"])["counts"] == [2, 1, 0]
    assert baseline.numeric("x", [math.nan])["counts"] == [0]


def test_a_value_never_seen_is_another_value() -> None:
    feature = baseline.text("area", ["Urban", "Rural", "Urban"])
    assert feature["values"] == ["Rural", "Urban"]
    assert baseline.recount(feature, ["Moon", "Urban", None]) == [0, 1, 1]


def test_of_free_text_only_the_most_common_values_are_listed() -> None:
    values = [f"w{n}" for n in range(200)] + ["often"] * 9
    feature = baseline.text("words", values)
    assert len(feature["values"]) == baseline.MOST_VALUES
    assert "often" in feature["values"]
    assert feature["counts"][-1] == 200 + 9 - 49 - 9


def test_text_and_numbers_are_what_the_loans_have(champions: dict[str, Champion]) -> None:
    described = baseline.read(champions["loan-approval"].folder)
    assert [f["name"] for f in described["features"]] == list(COLUMNS)
    (area,) = (f for f in described["features"] if f["name"] == "property_area")
    assert area["values"] == ["Rural", "Semiurban", "Urban"]


def test_a_changed_baseline_makes_a_new_version() -> None:
    for release in RELEASES:
        if release.name in TABLES:
            assert isinstance(release, Recipe)
            assert {"baseline.py", "served.py"} <= set(release.sources)
            assert fingerprint(release)


def test_pictures_have_none(champions: dict[str, Champion]) -> None:
    for name in set(NAMES) - set(TABLES):
        assert not (champions[name].folder / baseline.FILE).exists()


def test_the_folders_size_counts_it(champions: dict[str, Champion]) -> None:
    for name in TABLES:
        folder = champions[name].folder
        files = (f for f in folder.rglob("*") if f.is_file() and f.name != "MLmodel")
        assert champions[name].mlmodel["model_size_bytes"] == sum(f.stat().st_size for f in files)


def test_the_output_is_what_the_model_answers(champions: dict[str, Champion]) -> None:
    folder = champions["loan-approval"].folder
    rows = loan_approval.fit(PARAMS["loan-approval"]).seen
    answered = pd.Series(ServedModel(folder).labels(rows)).value_counts()
    output = baseline.read(folder)["output"]
    assert output["values"] == ["rejected", "approved"]
    assert output["counts"] == [answered["rejected"], answered["approved"], 0]
