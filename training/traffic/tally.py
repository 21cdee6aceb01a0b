"""What became of what was sent."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

LATELY = 200


@dataclass
class Tally:
    """`right` is of the answered; `refused_feedback` counts truths that the API did not take."""

    sent: int = 0
    right: int = 0
    failed: int = 0
    refused_feedback: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    lately: deque[bool] = field(default_factory=lambda: deque(maxlen=LATELY))

    def answered(self, right: bool, version: str) -> None:
        self.sent += 1
        self.right += right
        self.lately.append(right)
        self.versions[version] = self.versions.get(version, 0) + 1

    def not_answered(self) -> None:
        self.sent += 1
        self.failed += 1

    def __str__(self) -> str:
        answered = self.sent - self.failed
        accuracy = f"{self.right / answered:.1%}" if answered else "none"
        lately = f"{sum(self.lately) / len(self.lately):.1%}" if self.lately else "none"
        line = (
            f"{self.sent} sent, {self.right} right, {self.failed} failed; "
            f"accuracy {accuracy}, of the last {len(self.lately)} {lately}"
        )
        if self.versions:
            line += "; " + ", ".join(f"v{name}: {count}" for name, count in self.versions.items())
        if self.refused_feedback:
            line += f"; {self.refused_feedback} truths refused"
        return line
