"""Covariates of the record itself: how near, how many and how recent the events before a year are.

They read nothing from the year on, so that a model that learns to foresee later events from them sees no answer.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import check_positive, decay
from landrelease.hazard.covariates.design import Covariates
from landrelease.hazard.covariates.near import distance_to_points, kernel_sum, kernel_sum_at
from landrelease.hazard.looks import LookKind, Looks
from landrelease.i18n import _

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

OTHER = "other"
RATE_FROM = 0.01
"""Events a year from which a rate counts by its logarithm."""


WIDTHS_M = (100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0)


@dataclass(frozen=True)
class PastEvents:
    """What is asked of the events before a year.

    Attributes
    ----------
    widths_m
        Widths of the kernels that count events around a cell, m.
    decays_years
        An event of this age counts ``1/e``; one set of counts each.
    target
        Kind that is counted apart from all other kinds of event.
    """

    widths_m: Sequence[float] = (1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0)
    decays_years: Sequence[float] = (2.0, 10.0)
    target: LookKind = LookKind.ACCIDENT

    def __post_init__(self) -> None:
        for value in (*self.widths_m, *self.decays_years):
            check_positive("widths_m, decays_years", value)

    @classmethod
    def for_grid(cls, grid: Grid, target: LookKind = LookKind.ACCIDENT) -> "PastEvents":
        """Widths from a quarter of a cell to a fifth of the grid's extent: 100 and 300 m, 1, 3, 10, 30 and 100 km."""
        most = max(grid.rows, grid.columns) * grid.cell_m / 5
        fitting = tuple(width for width in WIDTHS_M if grid.cell_m / 4 <= width <= most)
        return cls(fitting or (grid.cell_m,), target=target)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the covariates, in their order."""
        rates = itertools.product(self._groups, self.decays_years, self.widths_m)
        names = (f"{group}_{width / 1_000:g}km_{years:g}y" for group, years, width in rates)
        return *(f"{group}_km" for group in self._groups), *names

    @property
    def _groups(self) -> tuple[str, str]:
        return self.target.value, OTHER

    def covariates(self, grid: Grid, looks: Looks, before_year: float) -> Covariates:
        """Distance to the nearest event and rates around each cell, from events before a decimal year alone.

        Distances are missing where there is no such event at all; rates are then 0.
        """
        events = self._split(looks, before_year)
        values = [distance_to_points(grid, group.x_m, group.y_m) / 1_000 for group, _weights in events]
        for group, weights in events:
            for weight, width in itertools.product(weights.T, self.widths_m):
                values.append(np.maximum(kernel_sum(grid, group.x_m, group.y_m, weight, width), 0.0))
        table = np.array([each.astype(np.float32) for each in values])
        return Covariates(grid, self.names, table, self._texts(), self._units(), self._log_from())

    def at(self, grid: Grid, looks: Looks, before_year: float, rows: Indices, columns: Indices) -> Floats:
        """The same covariates at some cells, on the scale on which they act, shape (cells, covariates)."""
        events = self._split(looks, before_year)
        x, y = grid.centres()
        centres = np.column_stack([x[columns], y[rows]])
        values = [_nearest_km(centres, group) for group, _weights in events]
        for group, weights in events:
            near = [kernel_sum_at(grid, rows, columns, group.x_m, group.y_m, weights, width) for width in self.widths_m]
            values += [np.maximum(sums[:, at], 0.0) for at in range(weights.shape[1]) for sums in near]
        return np.column_stack([np.log1p(each / start) for each, start in zip(values, self._log_from(), strict=True)])

    def _split(self, looks: Looks, before_year: float) -> list[tuple[Looks, Floats]]:
        """Events of the target and of other kinds, each with its weights, shape (events, decays)."""
        events = looks.events().before(before_year)
        apart = events.is_kind([self.target])
        return [(group, self._yearly(group, events, before_year)) for group in map(events.where, (apart, ~apart))]

    def _yearly(self, group: Looks, events: Looks, before_year: float) -> Floats:
        """Weights that make rates a year of counts, over the span of the whole record: the same at every year."""
        if not len(events):
            return np.empty((0, len(self.decays_years)))
        span = max(before_year - float(np.floor(events.year.min())), 1.0)
        effective = [span if np.isinf(years) else -years * np.expm1(-span / years) for years in self.decays_years]
        faded = np.column_stack([decay(group, before_year, years) for years in self.decays_years])
        return np.asarray(group.quantity[:, None] * faded / np.array(effective), dtype=np.float64)

    def _texts(self) -> tuple[str, ...]:
        said = {self.target.value: self.target.label, OTHER: _("other events")}
        nearest = _("Distance to the nearest earlier event ({kind})")
        rate = _("Earlier events within about {km:g} km, fading over {years:g} years ({kind})")
        rates = itertools.product(self._groups, self.decays_years, self.widths_m)
        texts = (rate.format(km=width / 1_000, years=years, kind=said[group]) for group, years, width in rates)
        return *(nearest.format(kind=said[group]) for group in self._groups), *texts

    def _units(self) -> tuple[str, ...]:
        return ("km",) * 2 + (_("events a year"),) * (len(self.names) - 2)

    def _log_from(self) -> tuple[float, ...]:
        return (1.0,) * 2 + (RATE_FROM,) * (len(self.names) - 2)


def _nearest_km(centres: Floats, events: Looks) -> Floats:
    if not len(events):
        return np.full(len(centres), np.nan)
    return np.asarray(cKDTree(np.column_stack([events.x_m, events.y_m])).query(centres)[0] / 1_000, dtype=np.float64)
