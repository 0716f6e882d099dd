"""Counts foreseen from draws of their means: intervals, PIT, CRPS and log score.

Every function takes `means`, shape (draws, places): joint draws of the expected count, and sees each place's count as
a mixture over the draws of Poisson counts, or of negative binomial ones with variance ``mean + mean² / size``. An
infinite `size` is Poisson; a small one says that counts are more uneven than chance alone makes them.

Sources: Czado, Gneiting and Held (2009) for the PIT of counts; Gneiting and Raftery (2007) for the scores.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.evaluate import Floats
from landrelease.i18n import _

Counts = NDArray[np.int64]

TAIL = 1e-12
"""Chance beyond which the sum of a CRPS stops."""


def distribution_of_counts(means: ArrayLike, counts: ArrayLike, size: float = math.inf) -> Floats:
    """Chance of at most so many, one count a place, averaged over the draws.

    Parameters
    ----------
    means
        Shape (draws, places), or (places,) for a single draw.
    counts
        Shape (places,) or (kinds of count, places).
    size
        Size of the negative binomial, above 0; infinite for Poisson.

    Returns
    -------
    array
        Shape of `counts`.

    Raises
    ------
    LandreleaseError
        LR4005 for means below 0 or not finite, for a size that is not above 0, for shapes that do not fit.
    """
    drawn, seen = _forecast(means, counts, size)
    return _mean(_at_most(drawn[:, *(None,) * (seen.ndim - 1), :], seen, size))


def chance_of_counts(means: ArrayLike, counts: ArrayLike, size: float = math.inf) -> Floats:
    """Chance of exactly so many; as `distribution_of_counts`."""
    drawn, seen = _forecast(means, counts, size)
    return _mean(_exactly(drawn[:, *(None,) * (seen.ndim - 1), :], seen, size))


def interval_of_counts(means: ArrayLike, level: float = 0.9, size: float = math.inf) -> tuple[Counts, Counts]:
    """Central predictive interval of each place's count: exact quantiles of the mixture, nothing is drawn.

    Returns
    -------
    tuple of arrays
        Lowest and highest count, shape (places,). Whole numbers cannot leave out exactly ``1 - level``, so the interval
        holds at least `level`, and far more where the means are small: see `pit_coverage`.

    Raises
    ------
    LandreleaseError
        LR4005 for a level outside 0..1 and as `distribution_of_counts`.
    """
    tail = (1 - check_level(level)) / 2
    drawn = _means(means)
    return _quantile(drawn, tail, size), _quantile(drawn, 1 - tail, size)


def pit_bounds(means: ArrayLike, counts: ArrayLike, size: float = math.inf) -> tuple[Floats, Floats]:
    """Probability integral transform of counts: the chance of fewer, and the chance of at most so many, a place.

    A count's transform is uniform between the two; over many places a calibrated forecast fills 0..1 evenly.
    """
    drawn, seen = _forecast(means, counts, size)
    return _mean(_at_most(drawn, seen - 1, size)), _mean(_at_most(drawn, seen, size))


def pit_histogram(means: ArrayLike, counts: ArrayLike, bins: int = 10, size: float = math.inf) -> Floats:
    """Share of the counts' transforms in each of equal bins, not randomised; all ``1 / bins`` when calibrated.

    A heap at both ends is overconfidence, a heap in the middle underconfidence.
    """
    if bins < 1:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="bins", value=bins, wanted=_("at least 1"))
    below, at_most = pit_bounds(means, counts, size)
    edges = np.linspace(0.0, 1.0, bins + 1)
    return np.asarray(np.diff(_transformed(below, at_most, edges).mean(axis=1)), dtype=np.float64)


def pit_coverage(means: ArrayLike, counts: ArrayLike, level: float = 0.9, size: float = math.inf) -> float:
    """Coverage of the central interval without the excess that whole numbers force: `level` when calibrated.

    The share of the counts' transforms in the middle `level`, each count spread evenly over its own range. Where means
    are small, `interval_of_counts` covers nearly everything whatever the forecast; this does not.
    """
    tail = (1 - check_level(level)) / 2
    inside = _transformed(*pit_bounds(means, counts, size), np.array([tail, 1 - tail]))
    return float((inside[1] - inside[0]).mean()) if inside.shape[1] else math.nan


def crps_of_counts(means: ArrayLike, counts: ArrayLike, size: float = math.inf) -> Floats:
    """Continuous ranked probability score of each count, in counts; lower is better, 0 for certain and right.

    ``sum over k of (P(at most k) - [count <= k])²``.
    """
    drawn, seen = _forecast(means, counts, size)
    most = np.maximum(_quantile(drawn, 1 - TAIL, size), seen)
    scores = np.empty(len(seen))
    for place, (last, count) in enumerate(zip(most, seen, strict=True)):
        steps = np.arange(last + 1)
        chance = _at_most(drawn[:, place, None], steps, size).mean(axis=0)
        scores[place] = ((chance - (count <= steps)) ** 2).sum()
    return scores


def log_score_of_counts(means: ArrayLike, counts: ArrayLike, size: float = math.inf) -> Floats:
    """Log of the chance given to each count, nats; higher is better, minus infinity where it was held impossible."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(chance_of_counts(means, counts, size)), dtype=np.float64)


def check_level(level: float) -> float:
    """Refuse a level of an interval that is not between 0 and 1."""
    if not 0 < level < 1:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="level", value=level, wanted=_("between 0 and 1"))
    return level


def _transformed(below: Floats, at_most: Floats, at: Floats) -> Floats:
    """Share of each count's transform up to each value, shape (values, places)."""
    width = np.maximum(at_most - below, np.finfo(np.float64).tiny)
    return np.asarray(np.clip((at[:, None] - below) / width, 0.0, 1.0), dtype=np.float64)


def _mean(by_draw: Floats) -> Floats:
    return np.asarray(by_draw.mean(axis=0), dtype=np.float64)


def _at_most(means: Floats, counts: Counts, size: float) -> Floats:
    """Chance of at most so many; 0 below a count of 0."""
    k = np.maximum(counts, 0)
    law = special.pdtr(k, means) if math.isinf(size) else special.betainc(size, k + 1.0, size / (size + means))
    return np.asarray(np.where(counts < 0, 0.0, law), dtype=np.float64)


def _exactly(means: Floats, counts: Counts, size: float) -> Floats:
    """Chance of exactly so many; 0 below a count of 0."""
    k = np.maximum(counts, 0)
    if math.isinf(size):
        log = special.xlogy(k, means) - means - special.gammaln(k + 1)
    else:
        ways = special.gammaln(k + size) - special.gammaln(size) - special.gammaln(k + 1)
        log = ways - size * np.log1p(means / size) + special.xlogy(k, means / (size + means))
    return np.asarray(np.where(counts < 0, 0.0, np.exp(log)), dtype=np.float64)


def _forecast(means: ArrayLike, counts: ArrayLike, size: float) -> tuple[Floats, Counts]:
    """Means (draws, places) and whole counts (..., places), checked."""
    if not size > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="size", value=size, wanted=_("greater than 0"))
    drawn, seen = _means(means), np.asarray(counts)
    if seen.shape[-1:] != drawn.shape[1:]:
        shapes = f"{seen.shape}, {drawn.shape}"
        raise fail(ErrorCode.HAZARD_PARAMETER, name="counts", value=shapes, wanted=_("one count a place"))
    whole: Counts = np.round(seen).astype(np.int64)
    if (whole != seen).any() or (whole < 0).any():
        raise fail(ErrorCode.HAZARD_PARAMETER, name="counts", value=float(seen.min()), wanted=_("whole and at least 0"))
    return drawn, whole


def _means(means: ArrayLike) -> Floats:
    drawn = np.atleast_2d(np.asarray(means, dtype=np.float64))
    if not (np.isfinite(drawn) & (drawn >= 0)).all():
        raise fail(ErrorCode.HAZARD_PARAMETER, name="means", value=float(drawn.min()), wanted=_("at least 0"))
    return drawn


def _quantile(means: Floats, chance: float, size: float) -> Counts:
    """Least count whose chance of at most so many reaches `chance`, a place: by doubling, then by halving."""
    if not size > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="size", value=size, wanted=_("greater than 0"))
    low: Counts = np.full(means.shape[1], -1, dtype=np.int64)
    top: Counts = np.ceil(means.max(axis=0, initial=0.0)).astype(np.int64)
    while (short := _at_most(means, top, size).mean(axis=0) < chance).any():
        top = np.where(short, 2 * top + 1, top)
    while (top - low > 1).any():
        middle = (low + top) // 2
        enough = _at_most(means, middle, size).mean(axis=0) >= chance
        top, low = np.where(enough, middle, top), np.where(enough, low, middle)
    return top
