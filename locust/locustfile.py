"""People who post pictures, people who post rows, and some who post what must be refused.

locust -f locust/locustfile.py --headless -u 20 -r 5 -t 60s --host http://127.0.0.1:8080
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locust import HttpUser, between, task

SAMPLES = Path(__file__).resolve().parent.parent / "training" / "samples"
PICTURES = {name: (SAMPLES / name).read_bytes() for name in ("flower.jpg", "china.jpg")}
SHOWN = {"flower.jpg": "daisy", "china.jpg": "palace"}
IRISES = {"setosa", "versicolor", "virginica"}
TOLERANCE = 1e-3

ROWS = "/v1/models/iris/predict"
IMAGES = "/v1/models/imagenet/predict"
JSON = {"Content-Type": "application/json"}

GOOD_ROW = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}


@dataclass(frozen=True)
class Bad:
    """A request that must be refused, with the statuses that refuse it rightly."""

    name: str
    path: str
    statuses: frozenset[int]
    request: dict[str, Any]


def bad(name: str, path: str, statuses: set[int], **request: Any) -> Bad:
    return Bad(name, path, frozenset(statuses), request)


def body(value: Any) -> dict[str, Any]:
    return {"data": json.dumps(value), "headers": JSON}


BAD_ROWS = (
    bad("text for a number", ROWS, {422}, **body(GOOD_ROW | {"petal_width": "wide"})),
    bad("a column missing", ROWS, {422}, **body({"sepal_length": 5.1})),
    bad("null for a number", ROWS, {422}, **body(GOOD_ROW | {"sepal_width": None})),
    bad("no rows", ROWS, {400, 422}, **body([])),
    bad("broken JSON", ROWS, {400}, data='{"sepal_length": 5.1,', headers=JSON),
    bad("unknown model", "/v1/models/no-such-model/predict", {404}, **body(GOOD_ROW)),
    bad("a row as XML", ROWS, {415}, data="<row/>", headers={"Content-Type": "application/xml"}),
)


def upload(name: str) -> dict[str, Any]:
    return {"files": {"image": (name, (SAMPLES / name).read_bytes())}}


BAD_PICTURES = (
    bad("text named .jpg", IMAGES, {400, 415, 422}, **upload("text.jpg")),
    bad("too many pixels", IMAGES, {400, 413, 422}, **upload("bomb.png")),
    bad("an empty picture", IMAGES, {400, 415, 422}, files={"image": ("empty.jpg", b"")}),
)


class SluiceUser(HttpUser):
    abstract = True

    def must_predict(
        self, path: str, name: str, wrong: Callable[[dict[str, Any]], str | None], **request: Any
    ) -> None:
        """Right is a 200 with a right answer, or a refusal that says when to come back."""
        with self.client.post(path, name=name, catch_response=True, **request) as answer:
            if answer.status_code == 429 and "Retry-After" in answer.headers:
                answer.request_meta["name"] = f"{name}: refused in time"
                answer.success()
                return
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}: {answer.text[:200]}")
                return
            try:
                fault = wrong(answer.json()["predictions"][0])
            except (ValueError, LookupError, TypeError) as unreadable:
                fault = f"unreadable answer: {unreadable!r}"
            if fault:
                answer.failure(fault)

    def must_refuse(self, case: Bad) -> None:
        """Anything but the right 4xx is a failure."""
        with self.client.post(
            case.path, name=f"refused: {case.name}", catch_response=True, **case.request
        ) as answer:
            if answer.status_code in case.statuses:
                answer.success()
            else:
                right = " or ".join(str(status) for status in sorted(case.statuses))
                answer.failure(f"{answer.status_code} instead of {right}: {answer.text[:200]}")


class PicturePoster(SluiceUser):
    weight = 1
    wait_time = between(0.5, 1.5)

    @task(19)
    def post_picture(self) -> None:
        name = random.choice(list(PICTURES))
        self.must_predict(
            IMAGES,
            f"picture {name}",
            lambda best: (
                None if best["label"] == SHOWN[name] else f"{name} taken for {best['label']}"
            ),
            files={"image": (name, PICTURES[name], "image/jpeg")},
        )

    @task(1)
    def post_bad_picture(self) -> None:
        self.must_refuse(random.choice(BAD_PICTURES))


class RowPoster(SluiceUser):
    weight = 3
    wait_time = between(0.1, 0.5)

    @task(19)
    def post_row(self) -> None:
        row = {name: round(value * random.uniform(0.8, 1.2), 2) for name, value in GOOD_ROW.items()}
        self.must_predict(ROWS, "row", faulty_iris, **body(row))

    @task(1)
    def post_bad_row(self) -> None:
        self.must_refuse(random.choice(BAD_ROWS))


def faulty_iris(best: dict[str, Any]) -> str | None:
    if best["label"] not in IRISES:
        return f"no iris: {best['label']}"
    if abs(sum(best["probabilities"].values()) - 1) > TOLERANCE:
        return f"probabilities do not add up to 1: {best['probabilities']}"
    return None
