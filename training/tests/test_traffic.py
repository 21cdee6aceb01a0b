"""Traffic sends, waits when it is told to, tells the truth and counts what failed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pandas as pd
import pytest

from training import baseline, drift
from training.__main__ import main
from training.models.loan_applications import CLASSES, generate
from training.served import ServedModel
from training.tests.conftest import Champion
from training.traffic import run
from training.traffic.run import Settings

Reply = tuple[int, dict[str, str], Any]


class Front:
    """An HTTP server that answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Callable[[str, Any, int], Reply]) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.connections = 0
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                front.connections += 1

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                front.asked.append((self.path, body))
                status, headers, value = answer(self.path, body, len(front.asked))
                content = json.dumps(value).encode()
                self.send_response(status)
                for name, text in ({"Content-Length": str(len(content))} | headers).items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def predictions(self) -> list[Any]:
        return [body for path, body in self.asked if path.endswith("/predict")]


@contextmanager
def front(answer: Callable[[str, Any, int], Reply]) -> Iterator[Front]:
    served = Front(answer)
    thread = threading.Thread(target=served.server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        served.server.shutdown()
        thread.join()
        served.server.server_close()


def predicted(label: str = "approved", job: str = "loan-approval@champion:1") -> Reply:
    prediction = {"label": label, "probability": 0.9, "probabilities": {}}
    body = {"model": "loan-approval", "version": "3", "job_id": job, "predictions": [prediction]}
    return 200, {}, body


def well(path: str, body: Any, number: int) -> Reply:
    return predicted() if path.endswith("/predict") else (202, {}, {})


def test_each_prediction_is_followed_by_its_truth(capsys: pytest.CaptureFixture[str]) -> None:
    with front(well) as api:
        assert run.run(Settings(api.url, every=0.01, seconds=0.5, seed=4)) == 0
    rows, approved = generate(run.DRAWN_AT_ONCE, 4)
    sent = api.predictions()
    assert sent == rows.to_dict("records")[: len(sent)]
    truths = [body["truth"] for path, body in api.asked if path.endswith("/feedback")]
    assert truths == [[CLASSES[one]] for one in approved[: len(sent)]]
    assert api.asked[1][0] == "/v1/jobs/loan-approval@champion:1/feedback"
    assert api.connections == 1
    right = int(approved[: len(sent)].sum())
    assert f"{len(sent)} sent, {right} right, 0 failed" in capsys.readouterr().out


def test_without_feedback_nothing_is_told() -> None:
    with front(well) as api:
        assert main(["traffic", "--api", api.url, "--seconds", "0.2", "--no-feedback"]) == 0
    assert len(api.predictions()) == len(api.asked) > 0


def test_who_is_asked_to_wait_comes_again_and_has_not_failed() -> None:
    def busy(path: str, body: Any, number: int) -> Reply:
        problem = {"detail": "full"}
        return (429, {"Retry-After": "1"}, problem) if number == 1 else well(path, body, number)

    with front(busy) as api:
        assert run.run(Settings(api.url, every=0.5, seconds=0.4)) == 0
    first, again = api.predictions()[:2]
    assert first == again


def test_a_connection_that_was_closed_between_two_is_no_failure() -> None:
    def closing(path: str, body: Any, number: int) -> Reply:
        status, headers, value = well(path, body, number)
        return status, headers | {"Connection": "close"}, value

    with front(closing) as api:
        assert run.run(Settings(api.url, every=0.01, seconds=0.3)) == 0
    assert api.connections == len(api.asked)


@pytest.mark.parametrize(
    "reply",
    [
        (500, {}, {"detail": "the model failed"}),
        (200, {}, {"predictions": []}),
        (200, {}, predicted("perhaps")[2]),
        (200, {}, predicted()[2] | {"job_id": None}),
        (200, {}, "nonsense"),
    ],
)
def test_anything_but_a_whole_answer_has_failed(
    reply: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    with front(lambda *_: reply) as api:
        assert run.run(Settings(api.url, every=0.05, seconds=0.2)) == 1
    printed = capsys.readouterr()
    assert " 0 right" in printed.out and " 0 failed" not in printed.out
    assert "failed" in printed.err


def test_an_api_that_is_away_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["traffic", "--api", "http://127.0.0.1:1", "--seconds", "0.1"]) == 1
    assert "no answer" in capsys.readouterr().err


def test_a_refused_truth_is_counted_but_no_failed_prediction(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def deaf(path: str, body: Any, number: int) -> Reply:
        return predicted() if path.endswith("/predict") else (404, {}, {"detail": "unknown"})

    with front(deaf) as api:
        assert run.run(Settings(api.url, every=0.05, seconds=0.2)) == 0
    assert "truths refused" in capsys.readouterr().out


def test_a_world_that_did_not_change_is_the_one_trained_on() -> None:
    rows, approved = generate(300, 7)
    same, as_before = generate(300, 7, drift=0.0)
    assert rows.equals(same) and (approved == as_before).all()


def test_a_drift_of_two_fifths_is_seen_and_costs_accuracy(champions: dict[str, Champion]) -> None:
    folder = champions["loan-approval"].folder
    model, described = ServedModel(folder), baseline.read(folder)
    usual, changed = measured(model, 0.0), measured(model, 0.4)
    assert usual > 0.92
    assert changed < 0.75
    rows, _ = generate(600, 99, 0.4)
    indices = {
        feature["name"]: drift.psi(
            feature["counts"], baseline.recount(feature, rows[feature["name"]])
        )
        for feature in described["features"]
    }
    assert indices["applicant_income"] > 0.5
    assert indices["gender"] < 0.1


def measured(model: ServedModel, drifted: float) -> float:
    rows, approved = generate(2000, 99, drifted)
    answered = pd.Series(model.labels(rows))
    return float((answered == [CLASSES[one] for one in approved]).mean())
