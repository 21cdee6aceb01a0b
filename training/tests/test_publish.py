from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from training.__main__ import main
from training.catalogue import GENERATED, NAMES, RELEASES, Recipe
from training.champion import CHAMPION
from training.failure import TrainingFailure
from training.models import california_housing
from training.publish import FINGERPRINT, publish, selected
from training.registration import ORIGIN
from training.registry import Registry, Version

INVENTED = ("california-housing", "loan-approval")


def recipe(name: str) -> Recipe:
    return next(r for r in RELEASES if r.name == name and isinstance(r, Recipe))


def test_every_model_is_registered_with_a_champion(
    registry: Registry, published: list[Version]
) -> None:
    assert {name: registry.aliased(name, CHAMPION) is not None for name in NAMES} == dict.fromkeys(
        NAMES, True
    )


def test_both_shipped_releases_of_the_rings_are_there_and_the_last_is_champion(
    registry: Registry, published: list[Version]
) -> None:
    versions = registry.versions("molecule-rings")
    assert [(v.number, v.aliases) for v in versions] == [(1, ()), (2, (CHAMPION,))]


def test_a_second_publish_makes_no_new_version(
    registry: Registry, published: list[Version], capsys: pytest.CaptureFixture[str]
) -> None:
    again = publish(registry, RELEASES)
    assert [(v.name, v.number) for v in again] == [(v.name, v.number) for v in published]
    assert capsys.readouterr().out.count("unchanged") == len(RELEASES)


def test_a_changed_parameter_makes_a_new_champion(
    registry: Registry, published: list[Version]
) -> None:
    before = registry.versions("loan-approval")
    loans = recipe("loan-approval")
    changed = dataclasses.replace(loans, params=loans.params | {"regularisation": 0.5})
    (made,) = publish(registry, [changed])
    assert made.number == before[-1].number + 1
    champion = registry.aliased("loan-approval", CHAMPION)
    assert champion is not None and champion.number == made.number


def test_a_publish_cut_off_before_its_end_is_done_again(
    registry: Registry, published: list[Version]
) -> None:
    iris = registry.aliased("iris", CHAMPION)
    assert iris is not None
    # A version whose fingerprint never came: what an interruption leaves behind.
    registry.tag(iris, FINGERPRINT, "")
    (again,) = publish(registry, [recipe("iris")])
    assert again.number == iris.number + 1
    champion = registry.aliased("iris", CHAMPION)
    assert champion is not None and champion.number == again.number


def test_an_alias_somebody_moved_stays(registry: Registry, published: list[Version]) -> None:
    registry.set_alias("molecule-rings", CHAMPION, 1)
    try:
        publish(registry, selected(["molecule-rings"], None))
        champion = registry.aliased("molecule-rings", CHAMPION)
        assert champion is not None and champion.number == 1
    finally:
        registry.set_alias("molecule-rings", CHAMPION, 2)


def test_generated_data_says_so(registry: Registry, published: list[Version]) -> None:
    tags = {v.name: v.tags[ORIGIN] for v in published}
    assert {name for name, origin in tags.items() if origin == GENERATED} == set(INVENTED)


def test_invented_houses_do_not_replace_real_ones(
    registry: Registry, published: list[Version], tmp_path: Path
) -> None:
    invented = registry.aliased("california-housing", CHAMPION)
    assert invented is not None
    file = tmp_path / "housing.csv"
    california_housing.generate(400, seed=3).to_csv(file, index=False)
    try:
        (real,) = publish(registry, selected(["california-housing"], file))
        assert real.tags[ORIGIN] == "file housing.csv"
        (kept,) = publish(registry, selected(["california-housing"], None))
        assert kept.number == real.number
    finally:
        registry.set_alias("california-housing", CHAMPION, invented.number)


def test_a_housing_file_without_a_column_is_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "housing.csv"
    california_housing.generate(10, seed=3).drop(columns="average_rooms").to_csv(file, index=False)
    with pytest.raises(TrainingFailure, match="average_rooms"):
        california_housing.read(file)


def test_the_alias_command_moves_and_tells(
    registry: Registry, published: list[Version], capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["alias", "--tracking-uri", registry.uri, "molecule-rings", "challenger", "1"]
    assert main(command) == 0
    assert main([*command[:-1], "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "molecule-rings@challenger: none -> v1",
        "molecule-rings@challenger: v1 -> v2",
    ]
    assert main([*command[:-1], "99"]) == 1
    assert "no version 99" in capsys.readouterr().err


def test_an_unknown_name_is_answered_with_those_that_exist() -> None:
    with pytest.raises(TrainingFailure, match=r"no model roses.*molecule-rings"):
        selected(["roses"], None)


def test_a_server_that_is_away_is_a_sentence_and_not_a_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["publish", "--tracking-uri", "http://127.0.0.1:1"]) == 1
    assert "MLflow at http://127.0.0.1:1 does not answer" in capsys.readouterr().err


def test_the_demo_fails_clearly_without_an_api(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--api", "http://127.0.0.1:1"]) == 1
    assert "is the API running?" in capsys.readouterr().err
