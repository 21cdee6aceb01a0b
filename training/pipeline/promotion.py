"""When a challenger takes the champion's place.

The recent rows decide, because they are what is served: the challenger must be right more often,
by the margin, on enough of them, and by more than chance. The original rows have no say then: where
the world has changed they tell of one that is gone, and a model that fits today may well be worse
on them. Only where nothing recent is known do they decide: the challenger may not be worse than
the tolerance. A few recent rows are neither enough to prove a gain nor nothing: the champion stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.pipeline.settings import Policy, Promotion


@dataclass(frozen=True)
class Decision:
    promote: bool
    reason: str


def decide(compared: dict[str, Any], policy: Policy) -> Decision:
    """`compared` is the outcome of `evaluate`."""
    judged = _judge(compared, policy)
    if policy.promotion is Promotion.AUTO or not judged.promote:
        return judged
    how = "by hand" if policy.promotion is Promotion.MANUAL else "never"
    return Decision(False, f"to be promoted {how}, although {judged.reason}")


def _judge(compared: dict[str, Any], policy: Policy) -> Decision:
    if compared["champion"] is None:
        return Decision(True, "there was no champion")
    recent, original = compared["recent"], compared["original"]
    if recent["rows"] == 0:
        return _on_original(original, policy)
    if recent["rows"] < policy.least_rows:
        return Decision(
            False, f"{recent['rows']} recent rows are too few: it takes {policy.least_rows}"
        )
    return _on_recent(recent, policy)


def _on_recent(recent: dict[str, Any], policy: Policy) -> Decision:
    gain = recent["challenger"]["accuracy"] - recent["champion"]["accuracy"]
    p_value = recent["paired"]["p_value"]
    seen = f"accuracy {gain:+.4f} on {recent['rows']} recent rows (McNemar p {p_value:.3g})"
    if gain < policy.margin:
        return Decision(False, f"{seen} is less than the margin of {policy.margin:+.4f}")
    if p_value > policy.significance:
        return Decision(False, f"{seen} may be chance: p is above {policy.significance:g}")
    return Decision(True, f"{seen} is better than the champion")


def _on_original(original: dict[str, Any], policy: Policy) -> Decision:
    gain = original["challenger"]["accuracy"] - original["champion"]["accuracy"]
    seen = f"nothing recent is known; accuracy {gain:+.4f} on {original['rows']} original rows"
    if gain < -policy.tolerance:
        return Decision(False, f"{seen} is worse than the tolerance of {policy.tolerance:g}")
    return Decision(True, f"{seen} is within the tolerance of {policy.tolerance:g}")
