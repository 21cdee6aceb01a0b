from __future__ import annotations

import json
from pathlib import Path

from training.__main__ import main
from training.catalogue import NAMES, SAMPLES
from training.registry import Registry
from training.tests.conftest import Champion


def test_every_champion_gets_its_expected_answers(
    registry: Registry, champions: dict[str, Champion], tmp_path: Path
) -> None:
    assert main(["golden", "--tracking-uri", registry.uri, "--out", str(tmp_path)]) == 0
    for name in NAMES:
        cases = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        assert len(cases) >= 9, name
        for case in cases:
            match champions[name].metadata["task"]:
                case "image-classification":
                    assert (SAMPLES / case["input"]).is_file()
                    top = case["expected"]["top"]
                    assert case["expected"] == {**top[0], "top": top}
                case "tabular-classification":
                    assert sum(case["expected"]["probabilities"].values()) > 0.999
                case "tabular-regression":
                    assert case["expected"].keys() == {"value"}


def test_the_flower_is_a_daisy(
    registry: Registry, champions: dict[str, Champion], tmp_path: Path
) -> None:
    main(["golden", "--tracking-uri", registry.uri, "--out", str(tmp_path)])
    cases = json.loads((tmp_path / "imagenet.json").read_text(encoding="utf-8"))
    labels = {case["input"]: case["expected"]["label"] for case in cases}
    assert labels["flower.jpg"] == labels["rotated.jpg"] == labels["cmyk.jpg"] == "daisy"
