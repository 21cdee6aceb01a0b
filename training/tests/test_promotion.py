"""Who is promoted, and why not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from training.failure import TrainingFailure
from training.pipeline.evaluate import figures, paired
from training.pipeline.promotion import decide
from training.pipeline.run import BY_NAME
from training.pipeline.settings import Policy, Promotion, Settings
from training.pipeline.work import STAGES


def of_rows(rows: int, champion: float = 0.0, challenger: float = 0.0, p: float = 0.001) -> Any:
    if rows == 0:
        return {"rows": 0}
    return {
        "rows": rows,
        "champion": {"accuracy": champion},
        "challenger": {"accuracy": challenger},
        "paired": {"p_value": p},
    }


def compared(recent: Any, original: Any, champion: int | None = 3) -> dict[str, Any]:
    return {"champion": champion, "recent": recent, "original": original}


WORSE_ON_THE_OLD = of_rows(800, 0.94, 0.80)


@pytest.mark.parametrize(
    ("recent", "original", "promoted", "reason"),
    [
        (of_rows(200, 0.70, 0.88), of_rows(800, 0.94, 0.93), True, "better than the champion"),
        (of_rows(200, 0.70, 0.88), WORSE_ON_THE_OLD, True, "better than the champion"),
        (of_rows(200, 0.88, 0.70), of_rows(800, 0.9, 0.95), False, "less than the margin"),
        (of_rows(200, 0.88, 0.89), of_rows(800, 0.9, 0.9), False, "less than the margin"),
        (of_rows(200, 0.88, 0.91, p=0.2), of_rows(800, 0.9, 0.9), False, "may be chance"),
        (of_rows(99, 0.50, 0.99), of_rows(800, 0.9, 0.9), False, "99 recent rows are too few"),
        (of_rows(0), of_rows(800, 0.94, 0.935), True, "within the tolerance"),
        (of_rows(0), of_rows(800, 0.94, 0.92), False, "worse than the tolerance"),
    ],
)
def test_recent_rows_decide_and_the_original_ones_only_without_them(
    recent: Any, original: Any, promoted: bool, reason: str
) -> None:
    decision = decide(compared(recent, original), Policy())
    assert decision.promote is promoted
    assert reason in decision.reason


def test_the_first_of_its_name_is_promoted() -> None:
    assert decide(compared(of_rows(0), of_rows(800), champion=None), Policy()).promote


@pytest.mark.parametrize("promotion", [Promotion.MANUAL, Promotion.NEVER])
def test_a_better_one_waits_where_the_policy_says_so(promotion: Promotion) -> None:
    better = compared(of_rows(200, 0.70, 0.88), of_rows(800, 0.9, 0.9))
    decision = decide(better, Policy(promotion))
    assert not decision.promote
    assert "although accuracy +0.18" in decision.reason


def test_the_paired_test_is_exact() -> None:
    champion = np.array([True] * 90 + [False] * 10)
    challenger = np.array([True] * 88 + [False] * 2 + [True] * 10)
    test = paired(champion, challenger)
    assert (test.only_champion_right, test.only_challenger_right) == (2, 10)
    # Two-sided binomial of 12 trials: 2 (1 + 12 + 66) / 4096.
    assert test.p_value == pytest.approx(2 * 79 / 4096)
    assert paired(champion, champion).p_value == 1


def test_rows_of_one_class_have_no_roc_auc() -> None:
    measured = figures(np.array([1, 1]), np.array([[0.2, 0.8], [0.6, 0.4]]))
    assert (measured.accuracy, measured.roc_auc) == (0.5, None)


def test_the_stages_are_named_in_their_order() -> None:
    assert tuple(BY_NAME) == STAGES


def test_shares_that_are_none_are_named_all_at_once() -> None:
    with pytest.raises(TrainingFailure, match=r"--held-out.*--poison.*iris is not trained"):
        Settings("http://127.0.0.1:1", model="iris", held_out=2, poison=-1)
