"""A retraining promotes what is better and nothing else, also when it is killed."""

from __future__ import annotations

import importlib.util
import json
import secrets
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from training import applications, baseline, drift, registration
from training.__main__ import main
from training.catalogue import PACKAGE
from training.champion import CHAMPION, REPLACED
from training.failure import TrainingFailure
from training.loans import sample, store
from training.models.loan_applications import CLASSES, generate
from training.pipeline import evaluate, recent, report, run
from training.pipeline.recent import is_held_out
from training.pipeline.register import CHALLENGER, INTERRUPTED, REASON, RETRAINING, VERDICT
from training.pipeline.settings import Settings
from training.pipeline.work import Work
from training.publish import publish, selected
from training.registry import Registry, Version
from training.tests.conftest import Champion

MUCH = 0.4


@pytest.fixture
def model(registry: Registry, champions: dict[str, Champion]) -> str:
    """A name of its own in the registry, whose champion is version 1 as published."""
    name = f"loans-{secrets.token_hex(4)}"
    mlflow = registration.client_of(registry)
    with mlflow.start_run():
        folder = champions["loan-approval"].folder
        registration.register(mlflow, registry, name, folder, {}, {})
    registry.set_alias(name, CHAMPION, 1)
    return name


class Trainer:
    """Retrains a model in a work folder of its own."""

    def __init__(self, registry: Registry, model: str, database: str | None, folder: Path) -> None:
        self.registry, self.model, self.database = registry, model, database
        self.work = Work(folder / "work")

    @property
    def arguments(self) -> list[str]:
        arguments = ["--tracking-uri", self.registry.uri, "--model", self.model]
        arguments += ["--work", str(self.work.folder)]
        return [*arguments, "--database", self.database] if self.database else arguments

    def retrain(self, *options: str) -> dict[str, Any]:
        assert main(["retrain", *self.arguments, *options]) == 0
        return self.work.outcome("register")

    def stage(self, name: str) -> None:
        assert main(["pipeline", *self.arguments, name]) == 0

    def aliased(self, alias: str) -> Version:
        version = self.registry.aliased(self.model, alias)
        assert version is not None
        return version


@pytest.fixture
def trainer(registry: Registry, model: str, database: str, tmp_path: Path) -> Trainer:
    return Trainer(registry, model, database, tmp_path)


def predict(
    database: str,
    model: str,
    rows: int,
    drift: float,
    *,
    ago: timedelta = timedelta(minutes=5),
    truths: list[Any] | None = None,
    seed: int = 5,
) -> None:
    """As the monitor keeps predictions, each with the truth that came later."""
    table, approved = generate(rows, seed, drift)
    prediction = {"label": "approved", "probability": 0.9, "probabilities": {}}
    with psycopg.connect(database) as connection:
        for number, (row, one) in enumerate(zip(table.to_dict("records"), approved, strict=True)):
            job = f"{model}@champion:{seed}-{number}"
            truth = truths[number] if truths else CLASSES[one]
            connection.execute(
                "insert into prediction (finished, job, item, model, alias, version, content, "
                "input, output, accepted, started, batch, queue_ms, decode_ms, infer_ms) values "
                "(now() - %s, %s, 0, %s, 'champion', '1', 'rows', %s, %s, now(), now(), "
                "1, 0, 0, 0)",
                (ago, job, model, Jsonb(row), Jsonb(prediction)),
            )
            connection.execute(
                "insert into feedback (job, item, model, alias, truth, given) "
                "values (%s, 0, %s, 'champion', %s, now())",
                (job, model, Jsonb(truth)),
            )


def test_where_the_world_has_changed_the_challenger_becomes_champion(
    trainer: Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(trainer.database, trainer.model, 700, MUCH)
    outcome = trainer.retrain()
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said == outcome
    assert (said["verdict"], said["version"], said["previous"]) == ("promoted", 2, 1)
    lately = said["compared"]["recent"]
    assert lately["challenger"]["accuracy"] > lately["champion"]["accuracy"] + 0.08
    assert lately["paired"]["p_value"] < 0.001
    champion = trainer.aliased(CHAMPION)
    assert champion.aliases == (CHALLENGER, CHAMPION) or champion.aliases == (CHAMPION, CHALLENGER)
    assert champion.tags[REPLACED] == "1"
    assert champion.tags[VERDICT] == "promoted"
    assert champion.tags["data-sha256"] == said["data"]
    assert "recent predictions" in champion.tags["data"]


def test_the_new_champion_expects_what_is_served_now(trainer: Trainer, tmp_path: Path) -> None:
    predict(trainer.database, trainer.model, 700, MUCH)
    trainer.retrain()
    described = baseline.read(trainer.registry.download(trainer.aliased(CHAMPION), tmp_path / "m"))
    assert described["rows"] == trainer.work.outcome("prepare")["recent"]
    rows, _ = generate(600, 99, MUCH)
    for feature in described["features"]:
        now = baseline.recount(feature, rows[feature["name"]])
        assert drift.psi(feature["counts"], now) < 0.25, feature["name"]


def test_the_report_belongs_to_the_run_where_evidently_is_installed(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 300, MUCH)
    trainer.retrain()
    mlflow = registration.client_of(trainer.registry)
    runs = f"tags.{RETRAINING} = '{trainer.work.identity}'"
    names = [registration.EXPERIMENT]
    (found,) = mlflow.search_runs(experiment_names=names, filter_string=runs, output_format="list")
    logged = {each.path for each in mlflow.MlflowClient().list_artifacts(found.info.run_id)}
    assert {"profile.json", "evaluate.json"} <= logged
    assert (report.FILE in logged) == (importlib.util.find_spec("evidently") is not None)


def test_a_rollback_puts_the_last_champion_back(
    trainer: Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(trainer.database, trainer.model, 700, MUCH)
    trainer.retrain()
    rollback = ["rollback", "--tracking-uri", trainer.registry.uri, trainer.model]
    assert main(rollback) == 0
    assert f"{trainer.model}@champion: v2 -> v1" in capsys.readouterr().out
    assert trainer.aliased(CHAMPION).number == 1
    assert main(rollback) == 1
    assert "replaced no version" in capsys.readouterr().err
    assert trainer.retrain()["previous"] == 1


def test_a_poisoned_challenger_is_registered_but_not_promoted(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 500, 0.0)
    outcome = trainer.retrain("--poison", "0.6")
    assert outcome["verdict"] == "kept"
    assert "less than the margin" in outcome["reason"]
    assert trainer.aliased(CHAMPION).number == 1
    challenger = trainer.aliased(CHALLENGER)
    assert challenger.number == outcome["version"] == 2
    assert challenger.tags[REASON] == outcome["reason"]
    assert challenger.tags[VERDICT] == "kept"
    assert "demonstration" in challenger.tags["poisoned"]


def test_where_nothing_has_changed_the_champion_stays(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 500, 0.0)
    outcome = trainer.retrain()
    assert (outcome["verdict"], outcome["champion"]) == ("kept", 1)


def test_a_better_challenger_waits_where_promotion_is_manual(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 700, MUCH)
    outcome = trainer.retrain("--promote", "manual")
    assert outcome["verdict"] == "kept" and "by hand" in outcome["reason"]
    assert trainer.aliased(CHAMPION).number == 1
    uri = ["--tracking-uri", trainer.registry.uri]
    assert main(["alias", *uri, trainer.model, CHAMPION, "2"]) == 0
    assert trainer.aliased(CHAMPION).number == 2
    assert main(["rollback", *uri, trainer.model]) == 0
    assert trainer.aliased(CHAMPION).number == 1


def test_few_recent_rows_decide_nothing(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 120, MUCH)
    assert "too few" in trainer.retrain()["reason"]


def test_what_is_older_than_the_window_is_not_recent(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 50, MUCH, ago=timedelta(hours=3))
    predict(trainer.database, trainer.model, 20, MUCH, seed=6)
    trainer.retrain("--window", "1h")
    assert trainer.work.outcome("pull")["recent"] == 20


def test_of_very_many_recent_rows_the_newest_are_taken(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MOST_ROWS", 20)
    predict(trainer.database, trainer.model, 30, MUCH, ago=timedelta(minutes=30))
    predict(trainer.database, trainer.model, 15, MUCH, seed=6)
    trainer.stage("pull")
    jobs = applications.read(trainer.work.file("recent.csv"))["job"]
    newest = [job for job in jobs if job.startswith(f"{trainer.model}@champion:6-")]
    assert (len(jobs), len(newest)) == (20, 15)


def test_recent_rows_that_cannot_be_used_are_counted(trainer: Trainer) -> None:
    truths = ["approved", "perhaps", 1, None, "rejected"]
    predict(trainer.database, trainer.model, 5, 0.0, truths=truths)
    with psycopg.connect(trainer.database) as connection:
        connection.execute("update prediction set input = input - 'loan_term' where job like '%-4'")
    trainer.stage("pull")
    pulled = trainer.work.outcome("pull")
    assert pulled["recent"] == 1
    assert pulled["unusable"] == {
        "truth is not of rejected, approved": 2,
        "loan_term is not a long": 1,
    }


def test_without_a_database_the_published_data_train_the_same_model(
    registry: Registry, model: str, tmp_path: Path
) -> None:
    outcome = Trainer(registry, model, None, tmp_path).retrain("--promote", "manual")
    assert outcome["compared"]["recent"] == {"rows": 0}
    assert "within the tolerance" in outcome["reason"]
    original = outcome["compared"]["original"]
    assert original["champion"] == original["challenger"]


def test_the_first_version_of_a_name_becomes_its_champion(
    registry: Registry, tmp_path: Path
) -> None:
    name = f"loans-{secrets.token_hex(4)}"
    outcome = Trainer(registry, name, None, tmp_path).retrain()
    assert (outcome["champion"], outcome["previous"]) == (1, None)
    assert outcome["reason"] == "there was no champion"


def test_cleaned_loans_are_what_it_trains_on(trainer: Trainer, tmp_path: Path) -> None:
    sample.write(tmp_path / "raw.csv", rows=2000)
    store.load(trainer.database, tmp_path / "raw.csv")
    cleaned = store.preprocess(trainer.database)
    trainer.retrain()
    pulled = trainer.work.outcome("pull")
    assert pulled["origin"] == f"loans_clean of {len(cleaned.parts['train'])} rows"
    assert pulled["original_held_out"] == len(cleaned.parts["test"])


def test_equal_data_have_an_equal_digest(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 300, MUCH)
    digests = set()
    for _ in range(2):
        for stage in ("pull", "profile", "prepare"):
            trainer.stage(stage)
        digests.add(trainer.work.outcome("prepare")["digest"])
        with psycopg.connect(trainer.database) as connection:
            # The same rows at other places of the table.
            connection.execute("update feedback set given = now()")
    assert len(digests) == 1


def test_what_judges_one_retraining_trains_no_other() -> None:
    jobs = [f"loan-approval@champion:{number}" for number in range(1000)]
    held_out = {job for job in jobs if is_held_out(job, 0.3)}
    assert len(held_out) == pytest.approx(300, abs=50)
    assert held_out == {job for job in reversed(jobs) if is_held_out(job, 0.3)}
    assert held_out < {job for job in jobs if is_held_out(job, 0.5)}


def test_a_champion_that_changed_meanwhile_is_not_replaced(trainer: Trainer) -> None:
    predict(trainer.database, trainer.model, 700, MUCH)
    for stage in ("pull", "profile", "prepare", "train", "evaluate"):
        trainer.stage(stage)
    other = Trainer(trainer.registry, trainer.model, trainer.database, trainer.work.folder)
    assert other.retrain()["version"] == 2
    trainer.stage("register")
    outcome = trainer.work.outcome("register")
    assert outcome["verdict"] == "kept"
    assert "became v2" in outcome["reason"]
    assert trainer.aliased(CHAMPION).number == 2


def test_a_stage_needs_those_before_it(
    trainer: Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pipeline", *trainer.arguments, "train"]) == 1
    assert "train comes after pull" in capsys.readouterr().err


def test_a_stage_that_is_done_again_takes_away_what_came_of_it(trainer: Trainer) -> None:
    trainer.stage("pull")
    trainer.stage("profile")
    trainer.stage("pull")
    with pytest.raises(TrainingFailure, match="prepare comes after profile"):
        run.one("prepare", trainer.work, Settings(trainer.registry.uri, trainer.model))


def test_two_do_not_work_in_one_folder(
    trainer: Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    with trainer.work.held():
        assert main(["retrain", *trainer.arguments]) == 1
    assert "works in" in capsys.readouterr().err


def test_another_kind_of_champion_is_not_compared(champions: dict[str, Champion]) -> None:
    with pytest.raises(TrainingFailure, match="another kind of model"):
        evaluate.opened(champions["iris"].folder, "iris v1")


def test_publishing_does_not_replace_what_was_retrained(
    registry: Registry, champions: dict[str, Champion], database: str, tmp_path: Path
) -> None:
    trainer = Trainer(registry, "loan-approval", database, tmp_path)
    predict(database, "loan-approval", 700, MUCH)
    before = trainer.aliased(CHAMPION).number
    try:
        promoted = trainer.retrain()["champion"]
        assert promoted != before
        (kept,) = publish(registry, selected(["loan-approval"], None))
        assert kept.number == promoted == trainer.aliased(CHAMPION).number
    finally:
        registry.set_alias("loan-approval", CHAMPION, before)


@pytest.mark.parametrize("at", ["pull: ", "prepare: ", "register: logging", "is the challenger"])
def test_a_trainer_that_is_killed_promotes_nothing_and_the_next_one_is_clean(
    trainer: Trainer, at: str
) -> None:
    predict(trainer.database, trainer.model, 700, MUCH)
    killed_at(trainer, at)
    champion = trainer.aliased(CHAMPION)
    if at == "is the challenger":
        # The signal may come when the alias has moved: then it moved to a whole version.
        assert champion.number == 1 or champion.tags[REPLACED] == "1"
    else:
        assert champion.number == 1
    outcome = trainer.retrain()
    assert outcome["verdict"] == "promoted" or champion.number != 1
    versions = trainer.registry.versions(trainer.model)[1:]
    verdicts = [version.tags[VERDICT] for version in versions]
    assert verdicts[-1] == outcome["verdict"]
    assert set(verdicts[:-1]) <= {INTERRUPTED, "promoted"}
    assert still_running(trainer) == []


def killed_at(trainer: Trainer, at: str) -> None:
    command = [sys.executable, "-u", "-m", "training", "retrain", *trainer.arguments]
    with subprocess.Popen(
        command, cwd=PACKAGE.parent, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if at in line:
                process.kill()
                break
        process.stdout.read()
    assert process.returncode == -signal.SIGKILL


def still_running(trainer: Trainer) -> list[str]:
    mlflow = registration.client_of(trainer.registry)
    experiment = mlflow.get_experiment_by_name(registration.EXPERIMENT)
    running = f"tags.{RETRAINING} = '{trainer.work.identity}' and attributes.status = 'RUNNING'"
    found = mlflow.MlflowClient().search_runs([experiment.experiment_id], running)
    return [each.info.run_id for each in found]
