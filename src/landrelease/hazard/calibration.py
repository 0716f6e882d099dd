"""Whether stated chances, expected counts and intervals come true: reliability and coverage.

Counts foreseen from draws of their means are in `landrelease.hazard.predictive`.
"""

import math
from enum import Enum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.evaluate import Floats
from landrelease.hazard.predictive import (
    check_level,
    crps_of_counts,
    interval_of_counts,
    log_score_of_counts,
    pit_coverage,
    pit_histogram,
)
from landrelease.i18n import _

__all__ = [
    "BinBy",
    "calibration_ratio",
    "coverage",
    "coverage_interval",
    "crps_of_counts",
    "interval_of_counts",
    "interval_of_rate",
    "interval_of_share",
    "log_score_of_counts",
    "pit_coverage",
    "pit_histogram",
    "reliability",
    "reliability_error",
]

RELIABILITY_COLUMNS = ("bin", "n", "predicted", "observed", "low", "high")


class BinBy(Enum):
    """What the bins of a reliability table hold equal shares of."""

    CASES = "cases"
    """Cases: the deciles of the stated chance, where events are common."""
    EXPECTED = "expected"
    """Expected events: where events are rare, deciles of cells would put all of them into the last bin."""


def interval_of_share(hits: ArrayLike, cases: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval of a share (Clopper and Pearson 1934): ``hits`` of ``cases``, any shape; 0 to 1 without cases."""
    tail, k, n = (1 - check_level(level)) / 2, np.asarray(hits, np.float64), np.asarray(cases, np.float64)
    if (k < 0).any() or (k > n).any():
        raise fail(ErrorCode.HAZARD_PARAMETER, name="hits", value=float(k.max()), wanted=_("from 0 to the cases"))
    low = np.where(k > 0, stats.beta.ppf(tail, np.maximum(k, 1), n - k + 1), 0.0)
    high = np.where(k < n, stats.beta.ppf(1 - tail, k + 1, np.maximum(n - k, 1)), 1.0)
    return low, high


def interval_of_rate(events: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval of a Poisson mean (Garwood 1936) from a number of events, any shape."""
    tail, k = (1 - check_level(level)) / 2, np.asarray(events, np.float64)
    if (k < 0).any():
        raise fail(ErrorCode.HAZARD_PARAMETER, name="events", value=float(k.min()), wanted=_("at least 0"))
    low = np.where(k > 0, stats.chi2.ppf(tail, 2 * np.maximum(k, 1)) / 2, 0.0)
    return low, np.asarray(stats.chi2.ppf(1 - tail, 2 * (k + 1)) / 2, dtype=np.float64)


def reliability(
    predicted: ArrayLike,
    outcome: ArrayLike,
    bins: int = 10,
    *,
    by: BinBy = BinBy.CASES,
    counts: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """Set what was stated against what happened, in bins of the stated value.

    Parameters
    ----------
    predicted
        Stated chances (0 to 1) or expected counts, any shape; NaN is left out with its outcome.
    outcome
        0 or 1, or counts.
    bins
        How many at most; equal statements share a bin, so that the order of a file cannot matter.
    by
        What the bins hold equal shares of.
    counts
        Whether counts are foreseen, and not chances; decides the interval.
    level
        Of the exact interval around what was observed: Clopper and Pearson for chances, Garwood for counts.

    Returns
    -------
    frame
        One row a bin that holds cases, lowest statement first: bin (from 1), n, predicted and observed (means a case),
        low, high (interval of the observed mean).

    Raises
    ------
    LandreleaseError
        LR4005 for what is no chance, no count or no outcome.
    """
    stated, happened = _checked(predicted, outcome, counts)
    if bins < 1:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="bins", value=bins, wanted=_("at least 1"))
    if not len(stated):
        return pd.DataFrame({name: [] for name in RELIABILITY_COLUMNS}, dtype=np.float64)
    label = _bins(stated, bins, by)
    n, foreseen, seen = (np.bincount(label, values, bins) for values in (np.ones_like(stated), stated, happened))
    kept = n > 0
    n, foreseen, seen = n[kept], foreseen[kept], seen[kept]
    low, high = [end / n for end in interval_of_rate(seen, level)] if counts else interval_of_share(seen, n, level)
    numbered = np.arange(1, bins + 1)[kept]
    rows = (numbered, n.astype(np.int64), foreseen / n, seen / n, low, high)
    return pd.DataFrame(dict(zip(RELIABILITY_COLUMNS, rows, strict=True)))


def _checked(predicted: ArrayLike, outcome: ArrayLike, counts: bool) -> tuple[Floats, Floats]:
    stated, happened = (np.asarray(each, dtype=np.float64).ravel() for each in (predicted, outcome))
    if len(stated) != len(happened):
        lengths = f"{len(stated)}, {len(happened)}"
        raise fail(ErrorCode.HAZARD_PARAMETER, name="outcome", value=lengths, wanted=_("one outcome a statement"))
    known = np.isfinite(stated)
    stated, happened = stated[known], happened[known]
    if (stated < 0).any() or (not counts and (stated > 1).any()):
        value = float(stated.min()) if (stated < 0).any() else float(stated.max())
        wanted = _("at least 0") if counts else _("between 0 and 1")
        raise fail(ErrorCode.HAZARD_PARAMETER, name="predicted", value=value, wanted=wanted)
    if not np.isfinite(happened).all() or (happened < 0).any() or (not counts and not np.isin(happened, (0, 1)).all()):
        wanted = _("at least 0") if counts else _("0 or 1")
        raise fail(ErrorCode.HAZARD_PARAMETER, name="outcome", value=float(happened.max()), wanted=wanted)
    return stated, happened


def _bins(stated: Floats, bins: int, by: BinBy) -> NDArray[np.int64]:
    """Bin of each statement by its place in the order; equal statements go where their middle lies."""
    weight = np.ones_like(stated) if by is BinBy.CASES or not stated.sum() else stated
    of_value = np.unique(stated, return_inverse=True)[1].reshape(-1)
    mass = np.bincount(of_value, weight)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    labels: NDArray[np.int64] = np.minimum((middle * bins).astype(np.int64), bins - 1)[of_value]
    return labels


def reliability_error(table: pd.DataFrame, *, worst: bool = False, relative: bool = False) -> float:
    """How far statements lie from what happened: the mean absolute difference over the bins, weighted by their cases.

    Parameters
    ----------
    table
        What `reliability` gives.
    worst
        The greatest difference of a bin instead of the mean.
    relative
        Differences as a share of what was stated, weighted by the expected events: for rare events, where nearly every
        statement is near 0 and so is the difference. 0 where nothing was expected and nothing happened.
    """
    if table.empty:
        return math.nan
    apart = (table["predicted"] - table["observed"]).abs().to_numpy()
    weight = table["n"].to_numpy(dtype=np.float64)
    if relative:
        stated = table["predicted"].to_numpy()
        weight = weight * stated
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.where(apart == 0, 0.0, apart / stated)
        if not weight.sum():
            return float(apart.max())
        if not worst and np.isinf(apart).any():
            return math.inf
    return float(apart.max() if worst else np.average(apart, weights=weight))


def calibration_ratio(expected: float, events: float, level: float = 0.95) -> tuple[float, float, float]:
    """Events seen for one expected, with the exact interval of a Poisson count: (ratio, low, high); NaN without any."""
    if not expected > 0:
        return math.nan, math.nan, math.nan
    low, high = interval_of_rate(events, level)
    return events / expected, float(low) / expected, float(high) / expected


def coverage(low: ArrayLike, high: ArrayLike, truth: ArrayLike) -> float:
    """Share of the truths that lie in their interval, ends included; NaN without any."""
    below, above, true = (np.asarray(each, dtype=np.float64) for each in (low, high, truth))
    if (below > above).any():
        raise fail(ErrorCode.HAZARD_PARAMETER, name="low", value=float(below.max()), wanted=_("at most the high end"))
    inside = (below <= true) & (true <= above)
    return float(inside.mean()) if inside.size else math.nan


def coverage_interval(
    low: ArrayLike, high: ArrayLike, truth: ArrayLike, level: float = 0.95
) -> tuple[float, float, float]:
    """Coverage with its exact interval, truths taken as independent: (share, low, high)."""
    share, cases = coverage(low, high, truth), np.asarray(truth).size
    if not cases:
        return math.nan, math.nan, math.nan
    ends = interval_of_share(round(share * cases), cases, level)
    return share, float(ends[0]), float(ends[1])
