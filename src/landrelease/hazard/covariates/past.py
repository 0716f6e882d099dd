"""Covariates of the record itself: how near, how many and how recent the events before a year are.

They read nothing from the year on, so that a model that learns to foresee later events from them sees no answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import check_positive, decay
from landrelease.hazard.covariates.design import Covariates
from landrelease.hazard.covariates.near import distance_to_points, kernel_sum
from landrelease.hazard.looks import LookKind, Looks
from landrelease.i18n import _

RATE_FROM = 0.01
"""Events a year from which a rate counts by its logarithm."""


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

    def covariates(self, grid: Grid, looks: Looks, before_year: float) -> Covariates:
        """Distance to the nearest event and rates around each cell, from events before a decimal year alone.

        Distances are missing where there is no such event at all; rates are then 0.
        """
        events = looks.events().before(before_year)
        apart = events.is_kind([self.target])
        groups = {self.target.value: events.where(apart), "other": events.where(~apart)}
        found = [_nearest(grid, name, group) for name, group in groups.items()]
        for name, group in groups.items():
            for years in self.decays_years:
                weight = _yearly(group, events, before_year, years)
                found += [_rate(grid, name, group, weight, width, years) for width in self.widths_m]
        names, values, texts, units, starts = zip(*found, strict=True)
        return Covariates(grid, names, np.array(values), texts, units, starts)


Column = tuple[str, NDArray[np.float32], str, str, float]


def _nearest(grid: Grid, name: str, events: Looks) -> Column:
    km = distance_to_points(grid, events.x_m, events.y_m) / 1_000
    text = _("Distance to the nearest earlier event: {kind}").format(kind=name)
    return f"{name}_km", km.astype(np.float32), text, "km", 1.0


def _rate(grid: Grid, name: str, events: Looks, weight: NDArray[np.float64], width_m: float, years: float) -> Column:
    values = np.maximum(kernel_sum(grid, events.x_m, events.y_m, weight, width_m), 0.0)
    text = _("Earlier events within about {km:g} km, fading over {years:g} years: {kind}")
    said = text.format(km=width_m / 1_000, years=years, kind=name)
    return f"{name}_{width_m / 1_000:g}km_{years:g}y", values.astype(np.float32), said, _("events a year"), RATE_FROM


def _yearly(group: Looks, events: Looks, before_year: float, years: float) -> NDArray[np.float64]:
    """Weights that make a rate a year of counts, over the span of the whole record: it means the same at every year."""
    if not len(events):
        return np.empty(0)
    span = max(before_year - float(np.floor(events.year.min())), 1.0)
    effective = span if np.isinf(years) else -years * np.expm1(-span / years)
    return np.asarray(group.quantity * decay(group, before_year, years) / effective, dtype=np.float64)
