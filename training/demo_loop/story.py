"""`python -m training demo-loop`: from drift to rollout; then a challenger that must lose."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TypeVar

from training.demo_loop.services import MODEL, Drift, Services
from training.demo_loop.traffic import Traffic
from training.failure import TrainingFailure

Seen = TypeVar("Seen")

LARGE = 0.25
POLL_SECONDS = 0.5
FIRST_SHIFT, SECOND_SHIFT = 0.4, 0.9
WINDOW = ["--window", "30s"]
POISON = ["--poison", "0.5"]


class Story:
    def __init__(self, services: Services, traffic: Traffic, flow: str) -> None:
        self._services = services
        self._traffic = traffic
        self._flow = flow
        self._begun = time.monotonic()

    def tell(self) -> None:
        """Ends when all has come about; fails with what has not."""
        try:
            self._services.retrain_with(WINDOW, self._flow)
            self._first_round()
            self._second_round()
        finally:
            self._traffic.kill()

    def _first_round(self) -> None:
        self._title("First round: the world shifts, and the model learns it")
        first = self._services.live_version()
        self._say(f"version {first} of {MODEL} is live; applications come as in training")
        self._traffic.shift(0)
        calm = self._until("too few predictions to speak of drift", self._known_drift, 90)
        if calm.psi is None or calm.psi > LARGE:
            raise TrainingFailure(f"there is drift before anything has shifted: {calm}")
        self._say(
            f"no drift: PSI {calm.psi:.3f} at most ({calm.feature}), {calm.samples} predictions"
        )
        self._say_accuracy(first)

        self._shift(FIRST_SHIFT)
        self._retrained(first)
        second = self._until("the challenger is not live yet", lambda: self._other_than(first), 60)
        self._say(
            f"version {second} won and is live: {self._services.challenger().get('reason', '')}"
        )
        calm = self._until("drift has not fallen", lambda: self._calm(second), 90)
        self._say(
            f"drift has fallen: PSI {calm.psi:.3f} at most ({calm.feature}), with version {second}"
        )
        self._say_accuracy(second)

    def _second_round(self) -> None:
        self._title("Second round: the world shifts again, and the training set is poisoned")
        champion = self._services.live_version()
        self._services.retrain_with([*WINDOW, *POISON], self._flow)
        self._say("from now on half of the training labels are flipped")
        self._shift(SECOND_SHIFT)
        self._retrained(champion)
        loser = self._services.challenger()
        if self._services.live_version() != champion or loser["version"] == champion:
            raise TrainingFailure("the poisoned challenger was promoted")
        self._say(f"version {loser['version']} lost: {loser.get('reason', '')}")
        self._say(f"version {champion} stays live")
        self._traffic.end()

    def verdict(self) -> int:
        """The exit status."""
        sent, failed = self._traffic.sent, self._traffic.failed
        self._title(f"Verdict: {sent} predictions, {failed} failed, {self._seconds():.0f} s")
        return 1 if failed or not sent else 0

    def _shift(self, drift: float) -> None:
        self._say(f"the world shifts by {drift}: prices rise, and other applications are approved")
        self._traffic.shift(drift)
        high = self._until("no drift seen", self._high, 60)
        self._say(f"drift rises: PSI {high.psi:.3f} ({high.feature})")
        self._until("the alert does not fire", self._services.alert_fires, 60)
        self._say("the alert ModelInputDrift fires")
        self._say_accuracy(high.version)

    def _retrained(self, version: str) -> None:
        before = [one for one in self._services.retrainings() if one["ended"]]
        run = self._until("no retraining begun", lambda: self._begun_after(len(before)), 60)
        self._say(f"retraining {run['id']} is begun (Prefect run {run['run']})")
        ended = self._until("the retraining has not ended", lambda: self._ended(run["id"]), 120)
        if ended["outcome"] != "succeeded":
            raise TrainingFailure(f"the retraining failed: {json.dumps(ended)}")
        self._say(f"retraining {run['id']} has ended; version {version} was live meanwhile")

    def _known_drift(self) -> Drift | None:
        drift = self._services.drift()
        return drift if drift and drift.psi is not None else None

    def _high(self) -> Drift | None:
        drift = self._known_drift()
        return drift if drift and drift.psi and drift.psi > LARGE else None

    def _calm(self, version: str) -> Drift | None:
        drift = self._known_drift()
        calm = drift and drift.version == version and drift.psi is not None and drift.psi < LARGE
        return drift if calm else None

    def _other_than(self, version: str) -> str | None:
        live = self._services.live_version()
        return live if live != version else None

    def _begun_after(self, ended: int) -> dict | None:
        runs = self._services.retrainings()
        return runs[0] if len(runs) > ended and runs[0]["run"] else None

    def _ended(self, number: int) -> dict | None:
        return next(
            (one for one in self._services.retrainings() if one["id"] == number and one["ended"]),
            None,
        )

    def _until(self, what_not: str, look: Callable[[], Seen | None], seconds: float) -> Seen:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                seen = look()
            except OSError as failure:
                what_not = f"{what_not} ({failure})"
                seen = None
            if seen:
                return seen
            time.sleep(POLL_SECONDS)
        raise TrainingFailure(f"after {seconds:.0f} s: {what_not}")

    def _seconds(self) -> float:
        return time.monotonic() - self._begun

    def _say_accuracy(self, version: str) -> None:
        self._say(f"version {version} is right in {self._services.accuracy(version)} lately")

    def _title(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def _say(self, text: str) -> None:
        print(f"  {self._seconds():5.1f} s  {text}", flush=True)
