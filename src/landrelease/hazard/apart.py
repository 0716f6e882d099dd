"""What covariates and surroundings say of every cell as if nothing were recorded in its own block of land.

A field carried on into ground without a record knows distance alone. Regression and boosting on covariates know what
such ground is like, but not what the events around them have in common. Their maps, each cell foreseen *without the
events of its own block*, are the field's offset. In hidden ground that is the forecast of a model of hidden ground. In
visible ground it is the same kind of forecast, so that what the field has to add there is what it may carry on; an
offset that had read the events of its own cell would leave the field nothing to learn from (as in stacking: Wolpert
1992).
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import training_events
from landrelease.hazard.competitors import (
    CHUNK,
    BoostedEstimator,
    Boosting,
    Competitor,
    LogisticEstimator,
    check_same_grid,
)
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.examples import ExampleMaker
from landrelease.hazard.looks import Looks
from landrelease.hazard.offsets import LEAST_SHARE
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]
Cells = NDArray[np.bool_]
Indices = NDArray[np.int64]


def usual_sources(covariates: Covariates | None = None) -> tuple[Competitor, ...]:
    """A smooth and a rough model of the same covariates: logistic regression, and boosting of small trees.

    Of the trees that `BoostedEstimator` offers, the smallest alone: in development they were chosen in most blocks, and
    alone they take a third of the time.
    """
    return LogisticEstimator(covariates), BoostedEstimator(covariates, learners=(Boosting(7, 5.0),))


def apart_offset(
    sources: Sequence[Competitor],
    looks: Looks,
    grid: Grid,
    at_year: float,
    hidden: Cells | None = None,
    progress: Progress = SILENT,
) -> tuple[Floats, tuple[str, ...]]:
    """Mean log factor of the sources that foresee held-out blocks better than an even spread.

    Parameters
    ----------
    sources
        Models on covariates; each draws its own examples.
    looks, grid, at_year, hidden
        As `Competitor.fit`.

    Returns
    -------
    offset
        Log factor above the region's mean, shape (rows, columns); 0 outside the region, and everywhere without a
        source.
    used
        Methods that are in it.
    """
    found = {source.method: foreseen_apart(source, looks, grid, at_year, hidden, progress) for source in sources}
    rates = {method: rate for method, rate in found.items() if rate is not None}
    if not rates:
        return np.zeros(grid.shape), ()
    pooled = sum((_log_factor(rate) for rate in rates.values()), np.zeros(grid.shape)) / len(rates)
    return np.nan_to_num(_log_factor(pooled)), tuple(rates)


def foreseen_apart(
    source: Competitor, looks: Looks, grid: Grid, at_year: float, hidden: Cells | None, progress: Progress = SILENT
) -> Floats | None:
    """Log rate of each cell from a model of hidden ground; the events of its own group of blocks are withheld.

    Returns
    -------
    array or None
        Shape (rows, columns), NaN outside the region. None where there is too little to learn from, or where blocks
        that the model did not learn from are foreseen no better than by an even spread.
    """
    events, _inside = training_events(looks, grid, at_year)
    check_same_grid(source.covariates, grid)
    region = np.ones(grid.shape, np.bool_) if grid.mask is None else grid.mask
    seen = region if hidden is None else region & ~hidden
    maker = ExampleMaker(events, grid, at_year, source.covariates, seen, source.plan)
    try:
        model, said = source.choose(maker.make(hidden=True, progress=progress), maker, progress)
    except LandreleaseError as error:
        if error.codes != (ErrorCode.COMPETITOR_EVENTS_FEW.code,):
            raise
        return None
    if not float(said["validation_log_score"]) > 0:  # NaN where no block could be held out
        return None
    rate = np.full(grid.shape, np.nan)

    def whole_record(rows: Indices, columns: Indices) -> Floats:
        return maker.values_at(maker.known, maker.end, rows, columns)

    _fill(rate, region & ~seen, whole_record, model.log_rate)
    _fill(rate, seen, maker.values_apart, model.log_rate)
    return rate


def _fill(
    rate: Floats, cells: Cells, values_at: Callable[[Indices, Indices], Floats], log_rate: Callable[[Floats], Floats]
) -> None:
    """Log rate of the chosen cells, a limited number at a time."""
    rows, columns = np.nonzero(cells)
    for piece in np.array_split(np.arange(len(rows)), max(1, -(-len(rows) // CHUNK))):
        if len(piece):
            rate[rows[piece], columns[piece]] = log_rate(values_at(rows[piece], columns[piece]))


def _log_factor(log_rate: Floats) -> Floats:
    """Log factor above the mean, no lower than `LEAST_SHARE` of it: data must be able to raise a cell again."""
    highest = np.nanmax(log_rate)
    mean = highest + np.log(np.nanmean(np.exp(log_rate - highest)))
    return np.asarray(np.maximum(log_rate - mean, np.log(LEAST_SHARE)))
