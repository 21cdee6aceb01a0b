"""What the story asks the running services."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from typing import Any

from training.registry import Registry

MODEL = "loan-approval"
ALERT = "ModelInputDrift"
TIMEOUT_SECONDS = 10
ACCURACY = rf'^sluice_live_accuracy{{{{alias="champion",model="{MODEL}",version="{{}}"}}}} (.*)$'


@dataclass(frozen=True)
class Drift:
    """Of the live version's inputs; `psi` None while there are too few samples to say."""

    version: str
    samples: int
    psi: float | None
    feature: str = ""


@dataclass(frozen=True)
class Services:
    """Their addresses."""

    api: str
    monitor: str
    prometheus: str
    prefect: str
    registry: Registry

    def live_version(self) -> str:
        return _get(f"{self.api}/v1/models/{MODEL}")["version"]

    def drift(self) -> Drift | None:
        """None before the monitor has looked."""
        for report in _get(f"{self.monitor}/v1/drift")["versions"]:
            if report["model"] == MODEL:
                inputs = [one for one in report.get("features", []) if one["kind"] == "input"]
                most = max(inputs, key=lambda one: one["psi"], default=None)
                return Drift(
                    report["version"],
                    report["samples"],
                    most and most["psi"],
                    most["feature"] if most else "",
                )
        return None

    def accuracy(self, version: str) -> str:
        """Of what callers have said the truth about, as the monitor has it."""
        with urllib.request.urlopen(f"{self.monitor}/metrics", timeout=TIMEOUT_SECONDS) as answer:
            found = re.search(ACCURACY.format(version), answer.read().decode(), re.MULTILINE)
        return f"{float(found[1]):.1%}" if found else "unknown"

    def alert_fires(self) -> bool:
        alerts = _get(f"{self.prometheus}/api/v1/alerts")["data"]["alerts"]
        return any(
            alert["labels"]["alertname"] == ALERT and alert["state"] == "firing" for alert in alerts
        )

    def retrainings(self) -> list[dict[str, Any]]:
        """Newest first."""
        return _get(f"{self.monitor}/v1/retrainings")["retrainings"]

    def challenger(self) -> dict[str, str]:
        """What is written on it."""
        version = self.registry.aliased(MODEL, "challenger")
        return {"version": str(version.number), **version.tags} if version else {}

    def retrain_with(self, options: list[str], flow: str) -> None:
        """From now on each retraining is told these."""
        deployment = _get(f"{self.prefect}/deployments/name/{flow}")
        _send(
            "PATCH",
            f"{self.prefect}/deployments/{deployment['id']}",
            {"parameters": {"options": options}},
        )


def _get(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)


def _send(method: str, address: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass
