"""How far a window lies from the baseline, bin by bin: the figures the monitor computes too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import chi2_contingency

# Stands for the share of an empty bin, as Evidently does; what then exceeds 1 in sum stays.
FLOOR = 1e-4


def psi(baseline: Sequence[int], window: Sequence[int]) -> float:
    """The population stability index, sum((q - p) ln(q / p)); above 0.25 is much."""
    p, q = (np.where(part == 0, FLOOR, part) for part in (_shares(baseline), _shares(window)))
    return float(np.sum(rel_entr(q, p) + rel_entr(p, q)))


def jensen_shannon(baseline: Sequence[int], window: Sequence[int]) -> float:
    """The distance, between 0 and 1."""
    return float(jensenshannon(_shares(baseline), _shares(window), base=2))


def p_value(baseline: Sequence[int], window: Sequence[int]) -> float:
    """Of the chi-square test that both come from one distribution, over bins not empty in both."""
    counts = np.array([baseline, window])
    return float(chi2_contingency(counts[:, counts.sum(axis=0) > 0], correction=False).pvalue)


def _shares(counts: Sequence[int]) -> np.ndarray:
    total = sum(counts)
    if total == 0:
        raise ValueError("nothing was counted: there is no drift to speak of")
    return np.asarray(counts, float) / total
