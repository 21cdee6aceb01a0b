"""What a retraining is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from training.catalogue import NAMES
from training.failure import TrainingFailure

MODEL = "loan-approval"


class Promotion(StrEnum):
    AUTO = "auto"
    MANUAL = "manual"
    NEVER = "never"


@dataclass(frozen=True)
class Policy:
    """When a challenger takes the champion's place; `promotion.decide` says how."""

    promotion: Promotion = Promotion.AUTO
    margin: float = 0.02
    significance: float = 0.05
    tolerance: float = 0.01
    least_rows: int = 100


@dataclass(frozen=True)
class Settings:
    """`model` is the name in the registry, under which its predictions are kept."""

    tracking_uri: str
    model: str = MODEL
    database: str | None = None
    window: timedelta = timedelta(hours=24)
    held_out: float = 0.3
    poison: float = 0.0
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        faults = [
            f"--{name} must be between 0 and 1"
            for name, share in (("held-out", self.held_out), ("poison", self.poison))
            if not 0 <= share <= 1
        ]
        if self.model in NAMES and self.model != MODEL:
            faults.append(f"{self.model} is not trained by this pipeline: {MODEL} is")
        if faults:
            raise TrainingFailure("; ".join(faults))
