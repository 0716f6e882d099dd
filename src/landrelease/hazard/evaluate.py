"""How good a hazard map is: capture curves, ranking and probability scores, blocks by place and by time.

Cells are never drawn at random into training and test: neighbours are alike, so random folds flatter (methods B1).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.i18n import _

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Capture:
    """Where test points stand when the cells are searched in the order of their score, best first.

    Cells of equal score are searched in random order, so a point in a tie of `tied` cells behind `better` cells
    is met after n cells with chance ``(n - better) / tied``, cut to 0..1: a map gains nothing from the order in which
    a computer happens to list its ties.

    Attributes
    ----------
    better, tied
        Cells scored above each point's cell, and cells scored the same (its own among them), shape (points,);
        infinite and 1 for a point outside the region, which no search of the region meets.
    cells
        Cells in the region.
    cell_km2
        Area of a cell, km².
    """

    better: Floats
    tied: Floats
    cells: int
    cell_km2: float

    def share_in(self, km2: float) -> float:
        """Expected share of the test points met in the best `km2` square kilometres; NaN without points."""
        if not len(self.better):
            return float("nan")
        return float(np.clip((km2 / self.cell_km2 - self.better) / self.tied, 0.0, 1.0).mean())

    def km2_for(self, share: float) -> float:
        """Least area, in whole cells, km², whose search meets an expected share of the points; infinite where none.

        Raises
        ------
        LandreleaseError
            LR4005 for a share outside 0..1.
        """
        if not 0 <= share <= 1:
            raise fail(ErrorCode.HAZARD_PARAMETER, name="share", value=share, wanted=_("between 0 and 1"))
        if not len(self.better):
            return float("nan")
        if not self._reaches(self.cells, share):
            return float("inf")
        cells = max(0, math.ceil(self._cells_near(share)) - 1)
        while not self._reaches(cells, share):
            cells += 1
        return cells * self.cell_km2

    def _reaches(self, cells: int, share: float) -> bool:
        return self.share_in(cells * self.cell_km2) >= share - 1e-12

    def _cells_near(self, share: float) -> float:
        """Inverse of the capture curve, which is linear between the ends of the points' ties, but for rounding."""
        met = np.isfinite(self.better)
        ends = np.concatenate([self.better[met], (self.better + self.tied)[met]])
        turns = np.concatenate([1 / self.tied[met], -1 / self.tied[met]]) / len(self.better)
        order = np.argsort(ends, kind="stable")
        ends = ends[order]
        shares = np.concatenate([[0.0], np.cumsum(np.cumsum(turns[order])[:-1] * np.diff(ends))])
        # just below the share: where no point is met for a while, the least land lies at the start of the level stretch
        return float(np.interp(share - 1e-9, np.maximum.accumulate(shares), ends)) if share > 1e-9 else 0.0

    def drawn(self, points: Indices) -> "Capture":
        """The same search judged on other points, given by index (repeats allowed)."""
        return Capture(self.better[points], self.tied[points], self.cells, self.cell_km2)


def capture(scores: Floats, grid: Grid, x_m: ArrayLike, y_m: ArrayLike) -> Capture:
    """Rank the cells by score and find the test points in the ranking.

    Parameters
    ----------
    scores
        Shape (rows, columns), higher is searched sooner; NaN cells are outside the region.
    grid
        Grid of the scores.
    x_m, y_m
        Test points, shape (points,), metres in the grid's system.

    Raises
    ------
    LandreleaseError
        LR4009 where no cell has a score.
    """
    ordered = np.sort(scores[np.isfinite(scores)])
    if not len(ordered):
        raise fail(ErrorCode.REGION_EMPTY, cell_m=grid.cell_m)
    at_points = scores_at(scores, grid, x_m, y_m)
    not_better = np.searchsorted(ordered, at_points, side="right")
    tied = not_better - np.searchsorted(ordered, at_points, side="left")
    outside = ~np.isfinite(at_points)
    better = np.where(outside, np.inf, float(len(ordered)) - not_better)
    return Capture(better, np.where(outside, 1.0, tied), len(ordered), grid.cell_area_m2 / 1e6)


def scores_at(scores: Floats, grid: Grid, x_m: ArrayLike, y_m: ArrayLike) -> Floats:
    """Score of the cell that holds each point; NaN outside the grid."""
    rows, columns = grid.cells_of(np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64))
    inside = grid.contains(rows, columns)
    values = np.full(len(rows), np.nan)
    values[inside] = scores[rows[inside], columns[inside]]
    return values


def bootstrap_interval(
    measure: Callable[[Capture], float], captured: Capture, seed: int, draws: int = 500, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of a figure over test points drawn with replacement.

    It says how far the figure would move with other points of the same kind, not how it would move with another map.
    """
    generator = np.random.default_rng(seed)
    count = len(captured.better)
    figures = (
        [measure(captured.drawn(generator.integers(0, count, count))) for _ in range(draws)] if count else [np.nan]
    )
    tail = (1 - level) / 2
    low, high = np.quantile(figures, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


# Ranking of labelled cells (methods B1, exact)


def roc_auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Chance that a positive scores above a negative, ties counting half; NaN where either is missing."""
    p, n = _sorted(positive), _sorted(negative)
    if not len(p) or not len(n):
        return float("nan")
    below, not_above = np.searchsorted(n, p, side="left"), np.searchsorted(n, p, side="right")
    return float((below + not_above).sum() / 2 / (len(p) * len(n)))


def pr_auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Area under the precision-recall curve by the trapezoid rule, a point a distinct score, from (0, 1) (B1)."""
    p, n = _sorted(positive), _sorted(negative)
    if not len(p) or not len(n):
        return float("nan")
    thresholds = np.unique(np.concatenate([p, n]))[::-1]
    hits = len(p) - np.searchsorted(p, thresholds, side="left")
    called = hits + len(n) - np.searchsorted(n, thresholds, side="left")
    return float(np.trapezoid(np.r_[1.0, hits / called], np.r_[0.0, hits / len(p)]))


def height(positive: ArrayLike, negative: ArrayLike) -> float:
    """Mean over negatives of the number of positives scored at or below that negative; lower is better."""
    p, n = _sorted(positive), _sorted(negative)
    return float(np.searchsorted(p, n, side="right").mean()) if len(n) else float("nan")


def r_height(positive: ArrayLike, negative: ArrayLike) -> float:
    """Mean over positives of the number of negatives scored at or above it: false alarms dug before reaching it."""
    p, n = _sorted(positive), _sorted(negative)
    return float((len(n) - np.searchsorted(n, p, side="left")).mean()) if len(p) else float("nan")


def _sorted(values: ArrayLike) -> Floats:
    return np.sort(np.asarray(values, dtype=np.float64))


# Probabilities and counts


def brier(probability: ArrayLike, outcome: ArrayLike) -> float:
    """Mean squared difference between the stated chance and the 0/1 outcome; lower is better."""
    return float(np.mean((np.asarray(probability, dtype=np.float64) - np.asarray(outcome, dtype=np.float64)) ** 2))


def log_score(probability: ArrayLike, outcome: ArrayLike) -> float:
    """Mean log of the chance given to what happened, nats; higher is better, minus infinity for a certain error."""
    p, happened = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.bool_)
    with np.errstate(divide="ignore"):
        return float(np.mean(np.where(happened, np.log(p), np.log1p(-p))))


def place_log_score(scores: Floats, grid: Grid, x_m: ArrayLike, y_m: ArrayLike) -> float:
    """Nats a test point by which the map, read as a density of places, beats an even spread over the region.

    0 is no better than even; minus infinity where a point lies where the map allows none. Points outside are left out.
    """
    total, cells = float(np.nansum(scores)), int(np.isfinite(scores).sum())
    at_points = scores_at(scores, grid, x_m, y_m)
    at_points = at_points[np.isfinite(at_points)]
    if not len(at_points) or total <= 0:
        return float("nan")
    with np.errstate(divide="ignore"):
        return float(np.log(at_points / total * cells).mean())


# Blocks


def blocks_by_place(x_m: ArrayLike, y_m: ArrayLike, block_m: float) -> Indices:
    """Square block of each point: an integer label, 0 on, in order of first place from the south-west."""
    if not block_m > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="block_m", value=block_m, wanted=_("greater than 0"))
    squares = np.floor(np.column_stack([np.asarray(x_m), np.asarray(y_m)]) / block_m).astype(np.int64)
    return np.unique(squares, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def blocks_by_time(
    year: ArrayLike, starts: ArrayLike, length_years: float
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """For each start year: which points come before it (to learn from) and in the years after it (to test on)."""
    years = np.asarray(year, dtype=np.float64)
    for start in np.atleast_1d(np.asarray(starts, dtype=np.float64)):
        yield years < start, (years >= start) & (years < start + length_years)
