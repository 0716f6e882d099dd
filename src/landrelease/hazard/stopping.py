"""How far beyond the last row one more mine lies, from finished tasks (methods F1: "fit L from the row evidence")."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import chi2

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.predictive import check_level
from landrelease.i18n import _

Floats = NDArray[np.float64]

LEAST_DISTANCES = 3
"""Fewer distances give no mean."""

TURN_DEGREES = 0.5
"""Directions of rows that are tried."""

ROW_MINES = 5
"""Mines in a line that make a row."""

_WIDEST = 1e6  # a mean this many times the ground searched cannot be told from none


@dataclass(frozen=True, slots=True)
class StopDistance:
    """Mean distance of one more mine beyond the last row, exponential.

    Attributes
    ----------
    mean_m, low_m, high_m
        Estimate and bounds at `level`, m; the upper bound is infinite where the ground searched ends too soon to tell.
    level
        Chance that the bounds are meant to hold.
    count
        Distances used; 0 for a mean that was stated, whose bounds are itself.
    """

    mean_m: float
    low_m: float
    high_m: float
    level: float
    count: int


@dataclass(frozen=True, slots=True)
class StopRule:
    """What a stop curve is drawn from.

    Attributes
    ----------
    prior
        Chance that one more mine lies beyond the last row.
    distance
        How far from it, with bounds.
    chance_to_see
        Chance that the search finds a mine that it meets.
    source
        Where the figures come from, in words.
    """

    prior: float
    distance: StopDistance
    chance_to_see: float
    source: str = ""


def fit_stop_distance(distances_m: ArrayLike, searched_m: ArrayLike | None = None, level: float = 0.9) -> StopDistance:
    """Fit the mean distance of an exponential to mines found beyond the last row of finished tasks.

    Parameters
    ----------
    distances_m
        From the last row to each mine beyond it, m, at least 0.
    searched_m
        How far beyond the row was searched where each was found, one for all or one each; a mine farther out could not
        have been found, so the mean of the distances is too small. None: the search went far enough.
    level
        Of the bounds: exact (chi-square) without `searched_m`, else where the log likelihood falls by half the quantile
        of a chi-square of one degree.

    Raises
    ------
    LandreleaseError
        LR4005 for distances below 0 or beyond what was searched; LR4058 for fewer than three, and where they do not
        become rarer with distance, so that no mean can be told.
    """
    check_level(level)
    distances = np.atleast_1d(np.asarray(distances_m, dtype=np.float64))
    reach = None if searched_m is None else np.broadcast_to(np.asarray(searched_m, dtype=np.float64), distances.shape)
    _check(distances, reach)
    total, count = float(distances.sum()), len(distances)
    if reach is not None:
        return _truncated(distances, reach, level)
    low, high = (2 * total / float(chi2.ppf(tail, 2 * count)) for tail in ((1 + level) / 2, (1 - level) / 2))
    return StopDistance(total / count, low, high, level, count)


def stated_distance(mean_m: float) -> StopDistance:
    """Take a mean distance that someone states: no bounds are known, and no distance was counted.

    Raises
    ------
    LandreleaseError
        LR4005 for one that is not above 0.
    """
    if not (mean_m > 0 and math.isfinite(mean_m)):
        raise fail(ErrorCode.HAZARD_PARAMETER, name="mean_m", value=mean_m, wanted=_("greater than 0"))
    return StopDistance(mean_m, mean_m, mean_m, 0.0, 0)


def distances_beyond_rows(
    x_m: ArrayLike, y_m: ArrayLike, gap_m: float = 3.0, row_mines: int = ROW_MINES
) -> Floats | None:
    """Distances beyond the last row of the mines found in one finished task.

    Rows lie in the direction across which the mines take up the least width, gaps counted up to `gap_m`: a few stray
    mines do not turn it. Across it, mines nearer than `gap_m` to each other form a line; a line of at least `row_mines`
    is a row. What lies outside the outermost rows counts from the nearest
    of them; what lies between rows does not count.

    Parameters
    ----------
    x_m, y_m
        Positions, shape (n,), metres.

    Returns
    -------
    array or None
        Shape (beyond,), rising; None where there is no row.
    """
    if not gap_m > 0 or row_mines < 2:
        value = (gap_m, row_mines)
        raise fail(ErrorCode.HAZARD_PARAMETER, name="gap_m, row_mines", value=value, wanted=_("above 0, at least 2"))
    places = np.column_stack([np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)])
    if len(places) < row_mines:
        return None
    angles = np.deg2rad(np.arange(0.0, 180.0, TURN_DEGREES))
    offsets = np.sort((places - places.mean(axis=0)) @ np.array([np.cos(angles), np.sin(angles)]), axis=0)
    across = offsets[:, np.minimum(np.diff(offsets, axis=0), gap_m).sum(axis=0).argmin()]
    lines = np.split(across, np.flatnonzero(np.diff(across) > gap_m) + 1)
    rows = [line for line in lines if len(line) >= row_mines]
    if not rows:
        return None
    first, last = rows[0][0], rows[-1][-1]
    return np.sort(np.concatenate([first - across[across < first], across[across > last] - last]))


def _check(distances: Floats, reach: Floats | None) -> None:
    if not (np.isfinite(distances) & (distances >= 0)).all():
        raise fail(ErrorCode.HAZARD_PARAMETER, name="distances_m", value=distances.min(), wanted=_("at least 0"))
    if reach is not None and not (distances <= reach).all():
        raise fail(
            ErrorCode.HAZARD_PARAMETER, name="searched_m", value=reach.min(), wanted=_("no less than a distance")
        )
    even = math.inf if reach is None else float(reach.sum()) / 2  # where mines are as likely far as near
    if len(distances) < LEAST_DISTANCES or not 0 < distances.sum() < even:
        raise fail(ErrorCode.STOP_DISTANCE_FEW, count=len(distances), needed=LEAST_DISTANCES)


def _truncated(distances: Floats, reach: Floats, level: float) -> StopDistance:
    total, widest = float(distances.sum()), float(reach.max()) * _WIDEST

    def slope(mean: float) -> float:
        return total - float((mean - reach / np.expm1(np.minimum(reach / mean, 700.0))).sum())

    def log_likelihood(mean: float) -> float:
        return -total / mean - float((np.log(mean) + np.log(-np.expm1(-reach / mean))).sum())

    least = total / len(distances) * 1e-3
    mean = float(brentq(slope, least, widest))
    wanted = log_likelihood(mean) - float(chi2.ppf(level, 1)) / 2
    low = float(brentq(lambda value: log_likelihood(value) - wanted, least, mean))
    high = math.inf
    if log_likelihood(widest) < wanted:
        high = float(brentq(lambda value: log_likelihood(value) - wanted, mean, widest))
    return StopDistance(mean, low, high, level, len(distances))
