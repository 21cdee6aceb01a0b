"""Raw loan records: each is a row of one part, a duplicate or bad with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from training import applications
from training.__main__ import main
from training.failure import TrainingFailure
from training.loans import sample, store
from training.loans.clean import PARTS, clean, part_of
from training.loans.raw import Record, read
from training.models.loan_applications import COLUMNS

PART_TABLES = [f"loans_clean.{part}" for part in PARTS]


def record(identifier: str = "LP1", **other: str) -> Record:
    good = {
        "gender": "Male",
        "married": "Yes",
        "dependents": "0",
        "education": "Graduate",
        "self_employed": "No",
        "applicant_income": "4000",
        "coapplicant_income": "0",
        "loan_amount": "120",
        "loan_term": "360",
        "credit_history": "1",
        "property_area": "Urban",
    }
    return {"loan_id": identifier, **good, "loan_status": "Y", **other}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"loan_id": " "}, "has no loan_id"),
        ({"loan_status": ""}, "has no truth"),
        ({"loan_status": "maybe"}, "has no truth"),
        ({"credit_history": "NA"}, "has no credit_history"),
        ({"applicant_income": "unknown"}, "applicant_income is not a number"),
        ({"applicant_income": "-1500"}, "applicant_income is not between 0 and 10000000"),
        ({"applicant_income": "nan"}, "applicant_income is not between 0 and 10000000"),
        ({"loan_term": "12.5"}, "loan_term is not a whole number"),
        ({"loan_term": "1e99"}, "loan_term is not between 0 and 600"),
        ({"credit_history": "2"}, "credit_history is not between 0 and 1"),
        ({"gender": "42"}, "gender is not of Female, Male"),
    ],
)
def test_a_bad_record_is_named_with_its_reason(fault: Record, reason: str) -> None:
    cleaned = clean([record("LP0"), record() | fault])
    assert [(bad.record, bad.reason) for bad in cleaned.bad] == [(2, reason)]


def test_what_is_untidy_is_made_tidy() -> None:
    untidy = record(gender=" MALE ", applicant_income=" 4000.00 ", loan_status=" y")
    (row,) = rows([untidy])
    assert (row["gender"], row["applicant_income"], row["truth"]) == ("Male", 4000, "approved")


def test_the_first_good_record_of_an_id_stands() -> None:
    cleaned = clean([record(gender="?"), record(loan_term="120"), record(loan_term="360")])
    assert (cleaned.read, cleaned.duplicates, len(cleaned.bad)) == (3, 1, 1)
    (row,) = (row for table in cleaned.parts.values() for row in table.to_dict("records"))
    assert row["loan_term"] == 120


def test_blanks_are_filled_from_the_training_part_alone() -> None:
    ids = [f"LP{n}" for n in range(300)]
    in_train = [i for i in ids if part_of(i) == "train"]
    judged = [i for i in ids if part_of(i) != "train"]
    records = [record(i, gender="Female", loan_amount="100") for i in in_train]
    records += [record(i, gender="Male", loan_amount="900") for i in judged[1:]]
    records.append(record(judged[0], gender="", loan_amount="-"))
    (row,) = (row for row in rows(records) if row["loan_id"] == judged[0])
    assert (row["gender"], row["loan_amount"]) == ("Female", 100)


def rows(records: list[Record]) -> list[dict[str, object]]:
    parts = clean(records).parts.values()
    return [row for table in parts for row in table.to_dict("records")]


def test_the_sample_adds_up_and_is_the_same_each_time(tmp_path: Path) -> None:
    number = sample.write(tmp_path / "raw.csv")
    assert sample.write(tmp_path / "again.csv") == number
    assert (tmp_path / "raw.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    cleaned = clean(read(tmp_path / "raw.csv"))
    kept = sum(len(table) for table in cleaned.parts.values())
    assert cleaned.read == number == kept + cleaned.duplicates + len(cleaned.bad)
    assert len(cleaned.bad) > 50 and cleaned.duplicates > 50 and cleaned.filled.total() > 100
    for part, share in PARTS.items():
        assert len(cleaned.parts[part]) / kept == pytest.approx(share, abs=0.03)


def test_clean_files_read_back_as_they_were(tmp_path: Path) -> None:
    table = clean(sample.records(300, 5)).parts["train"]
    applications.write(tmp_path / "train.csv", table)
    again = applications.read(tmp_path / "train.csv")
    assert again.to_dict("records") == table.to_dict("records")


def test_raw_records_become_clean_tables(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "raw.csv"
    number = sample.write(file, rows=800)
    assert main(["loans", "load", "--database", database, "--file", str(file)]) == 0
    assert main(["loans", "preprocess", "--database", database]) == 0
    printed = capsys.readouterr().out
    assert f"loans_raw: {number} records" in printed
    expected = clean(read(file))
    assert str(expected) in printed
    counted = counts(database)
    assert counted == {
        "loans_raw.application": number,
        **{f"loans_clean.{part}": len(table) for part, table in expected.parts.items()},
        "loans_clean.bad": len(expected.bad),
    }
    # Again, and with nothing new: as before.
    before = dump(database)
    assert main(["loans", "preprocess", "--database", database]) == 0
    assert main(["loans", "load", "--database", database, "--file", str(file)]) == 0
    assert main(["loans", "preprocess", "--database", database]) == 0
    assert dump(database) == before


def test_a_preprocessing_that_fails_leaves_what_was_there(database: str, tmp_path: Path) -> None:
    file = tmp_path / "raw.csv"
    sample.write(file, rows=200)
    store.load(database, file)
    store.preprocess(database)
    before = dump(database)
    sample.write(file, rows=100)
    store.load(database, file)
    with psycopg.connect(database) as connection:
        # The last table to be written refuses what comes.
        connection.execute("alter table loans_clean.bad add column wanted int not null default 1")
        connection.execute("alter table loans_clean.bad alter column wanted drop default")
        connection.execute("update loans_raw.application set loan_status = '' where record = 1")
    with pytest.raises(TrainingFailure, match="Postgres"):
        store.preprocess(database)
    assert dump(database) == before


def test_what_is_missing_is_said(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["loans", "preprocess", "--database", database]) == 1
    assert "loans load" in capsys.readouterr().err
    (tmp_path / "raw.csv").write_text("loan_id,gender\n", encoding="utf-8")
    with pytest.raises(TrainingFailure, match="lacks the columns married"):
        store.load(database, tmp_path / "raw.csv")
    away = "postgresql://sluice:secret@127.0.0.1:1/sluice"
    assert main(["loans", "load", "--database", away]) == 1
    said = capsys.readouterr().err
    assert "Postgres" in said and "secret" not in said


def test_the_files_of_dvc_are_made_without_a_database(tmp_path: Path) -> None:
    raw, data, folder = tmp_path / "raw.csv", tmp_path / "clean", tmp_path / "model"
    assert main(["loans", "generate", "--out", str(raw), "--rows", "1500"]) == 0
    assert main(["loans", "clean", "--file", str(raw), "--out", str(data)]) == 0
    train = ["loans", "train", "--data", str(data), "--out", str(folder)]
    assert main(train) == 0
    first = {f.name: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    assert main(train) == 0
    # DVC knows a folder by its bytes.
    assert {f.name: f.read_bytes() for f in folder.rglob("*") if f.is_file()} == first
    metrics = tmp_path / "metrics.json"
    evaluate = ["loans", "evaluate", "--data", str(data), "--folder", str(folder)]
    assert main([*evaluate, "--out", str(metrics)]) == 0
    assert json.loads(metrics.read_text(encoding="utf-8"))["test"]["accuracy"] > 0.85


def counts(database: str) -> dict[str, int]:
    tables = ["loans_raw.application", *PART_TABLES, "loans_clean.bad"]
    with psycopg.connect(database) as connection:
        return {
            table: connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in tables
        }


def dump(database: str) -> list[list[tuple[object, ...]]]:
    with psycopg.connect(database) as connection:
        columns = ", ".join(("loan_id", *COLUMNS, "truth"))
        return [
            connection.execute(f"select {columns} from {table} order by loan_id").fetchall()
            for table in PART_TABLES
        ]
