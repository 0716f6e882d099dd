"""Accidents by department and year, foreseen with 90 % intervals from a field fitted before.

Of an origin, the field gives the share of each department in the accidents, draw by draw. The total of a year follows a
random walk in its logarithm from that of the last year before the origin; what departments do beside it is a Gamma
factor of mean 1, anew each year. The walk's spread comes from the totals before the split, the Gamma's shape from the
likelihood of counts foreseen from earlier origins: no test year is read.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from benchmarks.common import Figures
from landrelease.hazard.calibration import coverage
from landrelease.hazard.predictive import interval_of_counts, log_score_of_counts, pit_coverage

Floats = NDArray[np.float64]
Shares = Callable[[float], Floats]
"""Share of each department in each draw of a field fitted before a year, shape (draws, departments)."""

HORIZON = 5
WALK_YEARS = 15
ORIGINS = (2005, 2010)
"""Earlier years from which five years each are foreseen, to learn the Gamma's shape."""

SAMPLES = 2_000
"""Draws of the random walk."""


@dataclass(frozen=True)
class Counts:
    """Accidents by year (rows) and department (columns)."""

    table: pd.DataFrame

    def total(self, year: int) -> float:
        """All accidents of a year, at least one."""
        return max(float(self.table.loc[year].to_numpy().sum()), 1.0)

    def walk_spread(self, before: int) -> float:
        """Root mean square of the yearly change of the log total."""
        totals = [self.total(year) for year in range(before - WALK_YEARS, before)]
        return float(np.sqrt(np.mean(np.diff(np.log(totals)) ** 2)))

    def means(self, origin: int, shares: Floats, seed: int) -> Floats:
        """Foreseen mean of each year and department, draw by draw: shape (samples, years, departments)."""
        generator = np.random.default_rng([seed, origin])
        steps = generator.normal(0.0, self.walk_spread(origin), (SAMPLES, HORIZON))
        totals = self.total(origin - 1) * np.exp(np.cumsum(steps, axis=1))
        drawn = shares[generator.integers(0, len(shares), SAMPLES)]
        return np.asarray(totals[:, :, None] * drawn[:, None, :])

    def seen(self, origin: int) -> NDArray[np.int64]:
        """Counts of the years from an origin, shape (years, departments)."""
        return self.table.loc[origin : origin + HORIZON - 1].to_numpy(dtype=np.int64)


def counts_of(years: pd.Series, departments: pd.Series, names: tuple[str, ...]) -> Counts:
    """Table of events by year and department; what was not recorded is 0."""
    table = pd.crosstab(years.astype(int), departments)
    whole = range(int(years.min()), int(years.max()) + 1)
    return Counts(table.reindex(index=whole, columns=list(names), fill_value=0))


def count_coverage(counts: Counts, split: int, shares: Shares, seed: int) -> Figures:
    """Coverage of the 90 % intervals of every department and year from the split on."""
    size = _gamma_shape([(counts.means(year, shares(year), seed), counts.seen(year)) for year in ORIGINS])
    means, seen = counts.means(split, shares(split), seed), counts.seen(split)
    flat, truth = means.reshape(SAMPLES, -1), seen.ravel()
    low, high = interval_of_counts(flat, 0.9, size)
    return {
        "coverage_90": round(coverage(low, high, truth), 4),
        "pit_coverage_90": round(pit_coverage(flat, truth, 0.9, size), 4),
        "count_cases": len(truth), "count_cases_without_event": int((truth == 0).sum()),
        "coverage_90_with_event": round(coverage(low[truth > 0], high[truth > 0], truth[truth > 0]), 4),
        "walk_spread": round(counts.walk_spread(split), 4), "gamma_shape": round(size, 4),
    }  # fmt: skip


def _gamma_shape(cases: list[tuple[Floats, NDArray[np.int64]]]) -> float:
    """Negative binomial shape of highest likelihood."""

    def loss(log_shape: float) -> float:
        return -sum(
            float(log_score_of_counts(means.reshape(SAMPLES, -1), seen.ravel(), float(np.exp(log_shape))).sum())
            for means, seen in cases
        )

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 5.0), method="bounded", options={"maxiter": 20}).x))
