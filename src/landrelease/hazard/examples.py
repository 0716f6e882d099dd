"""Examples for the competitors: what was known of a cell before a period, and the target events in the period.

No answer leaks into a question: the covariates of past events are made of events before the period alone or, where
examples are for hidden ground, of events outside the cell's own block of land as well.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import check_positive
from landrelease.hazard.covariates import Covariates, PastEvents
from landrelease.hazard.covariates.near import kernel_sum
from landrelease.hazard.looks import LookKind, Looks
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BLOCKS_ACROSS = 10
"""Blocks of land along the longer side of the grid: in a country about a department each."""


@dataclass(frozen=True)
class LearningPlan:
    """How examples are drawn from a record.

    Attributes
    ----------
    target
        Kind of event that is foreseen.
    period_years, periods
        Length of a period and how many there are, the last ending at the year of the map.
    zeros
        About how many cells without a target event are drawn for each period, half of them evenly and half near events;
        each stands for one over its chance to be drawn.
    groups
        Blocks of land are dealt into so many groups, for validation and for hidden ground.
    seed
        Of the drawing and the dealing.
    past
        Covariates of past events; chosen by the grid where None.
    """

    target: LookKind = LookKind.ACCIDENT
    period_years: float = 2.0
    periods: int = 4
    zeros: int = 20_000
    groups: int = 4
    seed: int = 1
    past: PastEvents | None = None

    def __post_init__(self) -> None:
        check_positive("period_years", self.period_years)
        for name, least in (("periods", 1), ("zeros", 1), ("groups", 2)):
            if getattr(self, name) < least:
                wanted = _("at least {least}").format(least=least)
                raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=getattr(self, name), wanted=wanted)

    def past_events(self, grid: Grid) -> PastEvents:
        """The covariates of past events that the plan asks for on a grid."""
        return self.past or PastEvents.for_grid(grid, self.target)


@dataclass(frozen=True, eq=False)
class Examples:
    """Cells in periods, one an index.

    Attributes
    ----------
    names
        Of the covariates.
    values
        Shape (examples, covariates), on the scale on which they act; NaN where missing.
    events
        Target events at distinct places in the cell and period.
    weight
        Cells that the example stands for.
    period
        Number of the period, from 0.
    group
        Group of the cell's block of land, from 0.
    """

    names: tuple[str, ...]
    values: Floats
    events: Floats
    weight: Floats
    period: Indices
    group: Indices

    def __len__(self) -> int:
        return len(self.events)

    def where(self, chosen: NDArray[np.bool_]) -> "Examples":
        """Examples that a boolean array chooses."""
        arrays = {name: getattr(self, name)[chosen] for name in ("values", "events", "weight", "period", "group")}
        return replace(self, **arrays)


@dataclass(frozen=True, eq=False)
class ExampleMaker:
    """Makes examples of one record on one grid.

    Attributes
    ----------
    known
        Events up to the year of the map.
    at_year
        Decimal year of the map; events at this very moment are known.
    covariates
        Of the layers; None without any.
    region
        Cells that examples are drawn from, shape (rows, columns): those inside the mask that are not hidden.
    """

    known: Looks
    grid: Grid
    at_year: float
    covariates: Covariates | None
    region: NDArray[np.bool_]
    plan: LearningPlan

    def make(self, hidden: bool = False, progress: Progress = SILENT) -> Examples:
        """Draw the examples of all periods.

        Parameters
        ----------
        hidden
            For ground whose own events are withheld: past events of a cell's own group of blocks are not read.

        Notes
        -----
        A record too short or too poorly dated for a past before any period is one period: its events are the targets,
        and the past of a cell is what lies outside its own group of blocks.
        """
        generator = np.random.default_rng(self.plan.seed)
        group = self.block_groups(generator)
        chance = self._chance_to_be_drawn()
        periods = self.periods()
        steps = track(enumerate(periods), progress, _("Drawing examples"), len(periods))
        parts = [self._draw(number, period, hidden, group, chance, generator) for number, period in steps]
        return Examples(self.names, *(np.concatenate([part[at] for part in parts]) for at in range(5)))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the covariates: those of the layers, then those of past events."""
        return *(self.covariates.names if self.covariates else ()), *self.plan.past_events(self.grid).names

    @property
    def end(self) -> float:
        """Moment up to which events are read."""
        return float(np.nextafter(self.at_year, np.inf))

    def periods(self) -> list[tuple[float, float, float]]:
        """Start and end of each period, and the year before which the past of its cells lies."""
        back = np.arange(self.plan.periods, 0, -1)
        starts = self.at_year - self.plan.period_years * back
        ends = [*starts[1:], self.end]
        first = float(self.known.year.min()) if len(self.known) else np.inf
        found = [(float(start), float(end), float(start)) for start, end in zip(starts, ends, strict=True)]
        return [period for period in found if period[0] > first] or [(-np.inf, self.end, self.end)]

    def values_at(self, past: Looks, before_year: float, rows: Indices, columns: Indices) -> Floats:
        """Covariates of cells as they stood before a year, shape (cells, covariates)."""
        values = self.plan.past_events(self.grid).at(self.grid, past, before_year, rows, columns)
        return values if self.covariates is None else np.hstack([self.covariates.at(rows, columns), values])

    def values_apart(self, rows: Indices, columns: Indices) -> Floats:
        """Covariates of cells at the year of the map, with the events of their own group of blocks withheld."""
        group = self.block_groups(np.random.default_rng(self.plan.seed))
        return self._values_apart(self.end, rows, columns, group)

    def block_groups(self, generator: np.random.Generator) -> Indices:
        """Group of each cell, shape (rows, columns): square blocks of land, dealt evenly."""
        side = max(1, -(-max(self.grid.shape) // BLOCKS_ACROSS))
        across = -(-self.grid.columns // side)
        block = (np.arange(self.grid.rows) // side)[:, None] * across + np.arange(self.grid.columns) // side
        dealt = generator.permutation(int(block.max()) + 1) % self.plan.groups
        return np.asarray(dealt[block], dtype=np.int64)

    def _chance_to_be_drawn(self) -> Floats:
        """Chance of a cell without a target event to be an example of a period, shape (rows, columns)."""
        width = max(self.grid.shape) * self.grid.cell_m / 40
        near = kernel_sum(self.grid, self.known.x_m, self.known.y_m, self.known.quantity, width)
        near = np.where(self.region, np.maximum(near, 0.0), 0.0)
        share = near / near.sum() if near.any() else 0.0
        even = 1.0 / max(int(self.region.sum()), 1)
        return np.where(self.region, np.minimum(1.0, self.plan.zeros * (even + share) / 2), 0.0)

    def _draw(
        self, number: int, period: tuple[float, float, float], hidden: bool, group: Indices, chance: Floats,
        generator: np.random.Generator,
    ) -> tuple[Floats, Floats, Floats, Indices, Indices]:  # fmt: skip
        start, end, before = period
        events = target_counts(self.known.since(start).before(end), self.grid, self.plan.target)
        seen = (events > 0) & self.region
        rows, columns = np.nonzero(seen | (generator.random(self.grid.shape) < chance))
        weight = 1.0 / np.where(seen, 1.0, chance)[rows, columns]
        groups = group[rows, columns]
        apart = hidden or np.isinf(start)
        values = (self._values_apart if apart else self._values)(before, rows, columns, group)
        return values, events[rows, columns], weight, np.full(len(rows), number), groups

    def _values(self, before: float, rows: Indices, columns: Indices, _group: Indices) -> Floats:
        return self.values_at(self.known, before, rows, columns)

    def _values_apart(self, before: float, rows: Indices, columns: Indices, group: Indices) -> Floats:
        """Covariates of cells with the events of their own group of blocks withheld."""
        values = np.empty((len(rows), len(self.names)))
        at_rows, at_columns = self.grid.cells_of(self.known.x_m, self.known.y_m)
        inside = self.grid.contains(at_rows, at_columns)
        of_event = np.where(inside, group[np.where(inside, at_rows, 0), np.where(inside, at_columns, 0)], -1)
        for one in range(self.plan.groups):
            own = group[rows, columns] == one
            values[own] = self.values_at(self.known.where(of_event != one), before, rows[own], columns[own])
        return values


def target_counts(events: Looks, grid: Grid, target: LookKind) -> Floats:
    """Target events at distinct places in each cell, shape (rows, columns)."""
    aimed = events.of([target]).events().distinct_places()
    rows, columns = grid.cells_of(aimed.x_m, aimed.y_m)
    inside = grid.contains(rows, columns)
    flat = np.bincount(rows[inside] * grid.columns + columns[inside], minlength=grid.rows * grid.columns)
    return flat.astype(np.float64).reshape(grid.shape)
