"""Each record is a row, a duplicate or a dead letter with its reason, however damaged."""

from __future__ import annotations

import base64
import csv
import io
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from training.__main__ import main
from training.catalogue import RAW, SAMPLES
from training.failure import TrainingFailure
from training.ingest import sample
from training.ingest.records import Reader
from training.ingest.run import Result, ingest

GENERATED = 100_000


def picture(shade: int) -> str:
    content = io.BytesIO()
    Image.new("L", (8, 8), shade).save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


PICTURES = [picture(shade) for shade in range(16)]


def record(number: int, **other: Any) -> dict[str, Any]:
    members = {
        "compound_id": f"G-{number}",
        "name": f"Köhler {number}",
        "smiles": "CCO",
        "num_rings": number % 5,
        "image": PICTURES[number % len(PICTURES)],
    }
    return {**members, **other}


def line(members: dict[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode()


class Run:
    """An ingest of these bytes in a folder of its own."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.source, self.output, self.dlq = folder / "raw.json", folder / "out", folder / "dlq.log"
        folder.mkdir(parents=True, exist_ok=True)
        self.source.write_bytes(content)
        self.result = self.again()

    def again(self) -> Result:
        return ingest(self.source, self.output, self.dlq)

    @property
    def rows(self) -> list[dict[str, str]]:
        text = (self.output / "compounds.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(io.StringIO(text)))

    @property
    def letters(self) -> list[dict[str, Any]]:
        return [json.loads(letter) for letter in self.dlq.read_text().splitlines()]

    def files(self) -> dict[str, tuple[int, bytes]]:
        return {
            str(file.relative_to(self.output)): (file.stat().st_mtime_ns, file.read_bytes())
            for file in self.output.rglob("*")
            if file.is_file()
        }


def test_the_sample_is_counted_exactly(tmp_path: Path) -> None:
    run = Run(tmp_path, (RAW / "compounds.json").read_bytes())
    counts = run.result.counts
    assert (counts.read, counts.good, counts.duplicates, counts.bad.total()) == (29, 11, 2, 16)
    assert [row["name"] for row in run.rows[:2]] == ["naproxen", "caffeine"]
    for row in run.rows:
        with Image.open(run.output / "pictures" / row["picture"]) as image:
            assert image.size == (int(row["width"]), int(row["height"])) == (300, 300)
    assert [letter["reason"] for letter in run.letters] == [
        "has the compound_id of record 1",
        "has the compound_id of record 3",
        "compound_id may have 64 letters, digits, '-' and '_'",
        "num_rings is not a whole number",
        "num_rings is not between 0 and 30",
        "name is empty",
        "smiles has characters that no SMILES has",
        "image is not base64",
        "image is no whole PNG or JPEG",
        "image is no whole PNG or JPEG",
        "image has more than 4000000 pixels",
        "has no num_rings and no image",
        "is not UTF-8",
        "is not JSON: NaN",
        "is not JSON: a member is named twice",
        "is not an object",
        "is not JSON: Expecting ',' delimiter",
        "is cut off",
    ]


def test_the_sample_is_as_its_source_makes_it() -> None:
    assert (RAW / "compounds.json").read_bytes() == sample.compounds(SAMPLES)


def test_running_it_again_changes_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path, (RAW / "compounds.json").read_bytes())
    assert run.result.changed
    before = run.files()
    again = run.again()
    assert not again.changed
    assert again.counts == run.result.counts
    assert run.files() == before


def test_what_is_no_longer_in_the_source_goes(tmp_path: Path) -> None:
    run = Run(tmp_path, line(record(1)) + line(record(2)))
    stranger = run.output / "pictures" / "stranger.png"
    stranger.touch()
    run.source.write_bytes(line(record(2)))
    assert run.again().changed
    assert [row["compound_id"] for row in run.rows] == ["G-2"]
    assert {file.name for file in stranger.parent.iterdir()} == {"G-2.png", "stranger.png"}


def test_a_run_that_was_killed_leaves_the_table_before_it(tmp_path: Path) -> None:
    run = Run(tmp_path, line(record(1)))
    run.source.write_bytes(line(record(2)) + line(record(3)))

    def killed(_: int) -> None:
        if (run.output / "pictures" / "G-2.png").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(run.source, run.output, run.dlq, killed)
    assert [row["compound_id"] for row in run.rows] == ["G-1"]
    run.again()
    assert [row["compound_id"] for row in run.rows] == ["G-2", "G-3"]


def damaged(number: int, chance: random.Random) -> tuple[str, bytes]:
    """The kind of record, and its bytes."""
    whole = line(record(number))
    kind = chance.choices(("good", "duplicate", "bad", "truncated", "encoding"), (90, 4, 2, 2, 2))[
        0
    ]
    if kind == "bad":
        return kind, line(record(number, num_rings="many"))
    if kind == "truncated":
        return kind, whole[: chance.randrange(1, len(whole) - 1)]
    if kind == "encoding":
        return kind, whole.decode().encode("latin-1")
    return kind, whole


def generated(records: int, seed: int) -> tuple[Counter[str], bytes]:
    chance = random.Random(seed)
    kinds: Counter[str] = Counter()
    lines: list[bytes] = []
    good: list[bytes] = [line(record(0))]
    kinds["good"] += 1
    lines.append(good[0])
    for number in range(1, records):
        kind, written = damaged(number, chance)
        if kind == "duplicate":
            written = chance.choice(good)
        elif kind == "good":
            good.append(written)
        kinds[kind] += 1
        lines.append(written)
    return kinds, b"[" + b",\n".join(lines) + b"]"


def test_a_hundred_thousand_records_are_counted_exactly(tmp_path: Path) -> None:
    kinds, content = generated(GENERATED, seed=5)
    run = Run(tmp_path, content)
    counts = run.result.counts
    assert counts.read == GENERATED
    assert counts.good == kinds["good"] == len(run.rows)
    assert counts.duplicates == kinds["duplicate"]
    assert counts.bad["num_rings is not a whole number"] == kinds["bad"]
    assert counts.bad["is not UTF-8"] >= kinds["encoding"]
    assert counts.bad.total() == kinds["bad"] + kinds["truncated"] + kinds["encoding"]
    assert len(run.letters) == counts.duplicates + counts.bad.total()
    assert sum(1 for _ in (run.output / "pictures").iterdir()) == counts.good


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("separator", [b"\n", b"", b" , "])
def test_records_are_found_however_they_are_laid_out(indent: int | None, separator: bytes) -> None:
    records = [record(number) for number in range(3)]
    laid_out = [
        json.dumps(records, indent=indent).encode(),
        separator.join(json.dumps(each, indent=indent).encode() for each in records),
        "\ufeff".encode() + json.dumps(records, indent=indent).encode(),
    ]
    for content in laid_out:
        assert [found.value for found in Reader(io.BytesIO(content))] == records


def test_a_fault_costs_one_record_in_an_array_on_one_line() -> None:
    broken = b'[{"a": 1}, {"a": , {"a": 2},{"a" 3},{"a": 4}]'
    assert [found.value for found in Reader(io.BytesIO(broken))] == [
        {"a": 1},
        None,
        {"a": 2},
        None,
        {"a": 4},
    ]


def test_no_byte_makes_it_stop() -> None:
    chance = random.Random(1)
    for _ in range(300):
        content = bytes(chance.choice(b'{}[]",:\\\n\xc3\xff 1ae') for _ in range(200))
        found = list(Reader(io.BytesIO(content)))
        assert all((each.value is None) != (each.fault is None) for each in found)


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TrainingFailure, match="there is no"):
        ingest(tmp_path / "none.json", tmp_path, tmp_path / "dlq.log")
    assert (
        main(["ingest", "--data_loc", str(tmp_path), "--output_path", str(tmp_path / "out")]) == 1
    )
    assert "--data_loc" in capsys.readouterr().err


def test_the_command_prints_counts_that_add_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["ingest", "--data_loc", str(RAW), "--file_name", "compounds.json"]
    command += ["--output_path", str(tmp_path / "data"), "--dlq", str(tmp_path / "dlq.log")]
    assert main([*command, "--log_level", "INFO"]) == 0
    printed = capsys.readouterr().out
    assert "29 records = 11 good + 2 duplicates + 16 bad" in printed
    assert main([*command, "--log_level", "INFO"]) == 0
    assert "nothing changed" in capsys.readouterr().out
