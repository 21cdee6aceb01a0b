"""The stages of `dvc.yaml` are commands and files that exist, and the lock is of them."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
import yaml

from training.__main__ import parser
from training.catalogue import PACKAGE

PROJECT = PACKAGE.parent
STAGES: dict[str, Any] = yaml.safe_load((PROJECT / "dvc.yaml").read_text(encoding="utf-8"))[
    "stages"
]
LOCK = yaml.safe_load((PROJECT / "dvc.lock").read_text(encoding="utf-8"))["stages"]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_is_a_command_of_the_package(name: str) -> None:
    python, flag, package, *arguments = shlex.split(STAGES[name]["cmd"])
    assert (python, flag, package) == ("python", "-m", "training")
    parser().parse_args(arguments)
    assert LOCK[name]["cmd"] == STAGES[name]["cmd"]


def test_what_a_stage_needs_is_there_or_made_before() -> None:
    made: set[str] = set()
    for stage in STAGES.values():
        for needed in stage["deps"]:
            assert needed in made or (PROJECT / needed).is_file(), needed
        made |= {*stage.get("outs", []), *stage.get("metrics", [])}
