"""A certified upper bound on every plan, and the prices of team-days that prove it (planning part 3).

The bound is the lowest value of the priced problem that was found. Each value on the grid of days is a certificate;
the search for a lower one is a deflected subgradient method that starts from prices of a coarse grid.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landrelease.i18n import _
from landrelease.plan.classes import ClassTables
from landrelease.plan.problem import Problem
from landrelease.plan.relaxation import Multipliers, Priced, Relaxation
from landrelease.plan.state import State
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Descent:
    """How prices move: planning 3.6 and 3.7.

    Attributes
    ----------
    step
        Share of the distance to the target that a step is meant to go, at first.
    memory
        Share of the last direction that is kept.
    shrink, patience, gain
        The step is multiplied by `shrink` after `patience` iterations without a relative gain of `gain`.
    least_step
        The search ends below it.
    iterations
        The search ends after so many.
    """

    step: float
    memory: float = 0.6
    shrink: float = 0.7
    patience: int = 10
    gain: float = 1e-4
    least_step: float = 1e-3
    iterations: int = 400


@dataclass(frozen=True, slots=True)
class BoundSettings:
    """Grids and efforts of the bound.

    Attributes
    ----------
    coarse_days
        Days between the finish days that the search for a start tries; also the length of its periods.
    period_days
        Days with one price.
    coarse, fine
        Steps of the search for a start and of the search itself; the latter by the size of the problem where not given.
    seconds
        Time for the whole; None leaves the end to the iterations, and then the result depends on nothing else.
    coarse_share
        Greatest share of the time for the start.
    """

    coarse_days: int = 25
    period_days: int = 5
    coarse: Descent = Descent(step=1.0)
    fine: Descent | None = None
    seconds: float | None = None
    coarse_share: float = 0.3


@dataclass(frozen=True)
class Bound:
    """What no plan can be worth more than, and why.

    Attributes
    ----------
    value
        Value units; not below any plan.
    prices
        The multipliers that prove it.
    edges
        First day of each period, and the horizon, shape (periods + 1,).
    tables
        The problem as priced; classes of teams are numbered there.
    priced
        The priced problem at these prices: profits of areas, and what their best plans do.
    favour
        How often the last iterations chose each operation, from 0 to 1, shape (operations,).
    iterations
        Prices tried.
    """

    value: float
    prices: Multipliers
    edges: Ints
    tables: ClassTables
    priced: Priced
    favour: Floats
    iterations: int


def bound_problem(
    problem: Problem,
    state: State | None = None,
    *,
    target: float = 0.0,
    settings: BoundSettings | None = None,
    progress: Progress = SILENT,
) -> Bound:
    """Find an upper bound on the value of every plan.

    Parameters
    ----------
    state
        Where teams and areas stand; the bound is then on the value that is still to come.
    target
        Value of a good plan, for the length of steps; any number gives a valid bound.
    """
    return bound_tables(ClassTables(problem, state), target=target, settings=settings, progress=progress)


def bound_tables(
    tables: ClassTables, *, target: float = 0.0, settings: BoundSettings | None = None, progress: Progress = SILENT
) -> Bound:
    """Do as `bound_problem` from tables that are made already."""
    settings = settings or BoundSettings()
    if tables.horizon == 0 or not tables.classes or not len(tables.next_operation):
        return _nothing(tables)
    begun = time.monotonic()
    fine = settings.fine or descent_for(len(tables.next_operation))
    progress.begin(_("Bounding every plan"), settings.coarse.iterations + fine.iterations)
    try:
        start, favour = _coarse_start(tables, target, settings, progress)
        exact = Relaxation(tables, edges_of(tables.horizon, settings.period_days))
        left = None if settings.seconds is None else begun + settings.seconds - time.monotonic()
        first = exact.refined(start.prices, start.edges)
        return lowest(exact, first, fine, target, seconds=left, favour=favour, progress=progress)
    finally:
        progress.end()


def descent_for(areas: int) -> Descent:
    """Steps that served problems of a size: large ones have time for few, and start close to the end (3.7)."""
    if areas <= SMALL:
        return Descent(step=0.3, patience=15, gain=1e-5, least_step=1e-4, iterations=1000)
    return Descent(step=0.1 if areas <= MIDDLING else 0.05, patience=8, gain=1e-4)


SMALL, MIDDLING = 100, 1_000


def _nothing(tables: ClassTables) -> Bound:
    """The bound where there is no day, no team or no area: nothing can be released."""
    nodes = len(tables.tables.norm)
    no_price = Multipliers(np.zeros((tables.classes, 0)), np.zeros(0), np.zeros((0, 1)))
    none = np.full(nodes, -1)
    priced = Priced(0.0, no_price, np.zeros(len(tables.next_operation)), np.zeros(nodes), none, none, none)
    return Bound(0.0, no_price, np.zeros(1, np.int64), tables, priced, np.zeros(nodes), 0)


def _coarse_start(
    tables: ClassTables, target: float, settings: BoundSettings, progress: Progress
) -> tuple[Bound, Floats]:
    edges = edges_of(tables.horizon, settings.coarse_days)
    coarse = Relaxation(tables, edges, grid=edges)
    seconds = None if settings.seconds is None else settings.seconds * settings.coarse_share
    found = lowest(coarse, coarse.free(), settings.coarse, target, seconds=seconds, progress=progress)
    return found, found.favour


def edges_of(horizon: int, days: int) -> Ints:
    """First day of each period of so many days, and the horizon; at least one period."""
    return np.unique(np.minimum(np.arange(0, horizon + days, days), max(horizon, 1)))


FAVOUR_OF_LAST = 0.06
"""Weight of the newest iteration in `Bound.favour` (planning 3.6)."""


def lowest(
    relaxation: Relaxation,
    prices: Multipliers,
    descent: Descent,
    target: float = 0.0,
    *,
    seconds: float | None = None,
    favour: Floats | None = None,
    progress: Progress = SILENT,
) -> Bound:
    """Move prices towards the lowest value of the priced problem, and keep the best."""
    end = None if seconds is None else time.monotonic() + seconds
    search = _Search(relaxation, prices, descent, target, favour)
    for _number in range(descent.iterations):
        search.look()
        progress.advance()
        if search.step < descent.least_step or (end is not None and time.monotonic() > end) or not search.move():
            break
    best = search.best
    return Bound(
        best.value, search.best_prices, relaxation.edges, relaxation.tables, best, search.favour, search.iterations
    )


class _Search:
    """Deflected subgradient steps, scaled by what each price is paid for."""

    def __init__(
        self, relaxation: Relaxation, prices: Multipliers, descent: Descent, target: float, favour: Floats | None
    ) -> None:
        self.relaxation, self.prices, self.descent, self.target = relaxation, prices, descent, target
        self.step, self.stalled, self.iterations = descent.step, 0, 0
        self._scale = scales(relaxation)
        self._direction = [np.zeros_like(part) for part in prices.arrays()]
        self.now = self.best = relaxation.at(prices)
        self.best_prices = prices
        self.favour = self.now.weight if favour is None else favour

    def look(self) -> None:
        """Price the problem; keep what is best; shorten the step where nothing is gained any more."""
        if self.iterations:
            self.now = self.relaxation.at(self.prices)
        self.iterations += 1
        self.favour = (1 - FAVOUR_OF_LAST) * self.favour + FAVOUR_OF_LAST * self.now.weight
        gained = self.now.value < self.best.value * (1 - self.descent.gain)
        self.stalled = 0 if gained else self.stalled + 1
        if self.now.value < self.best.value:
            self.best, self.best_prices = self.now, self.prices
        if self.stalled >= self.descent.patience:
            self.step, self.stalled = self.step * self.descent.shrink, 0
            self.now, self.prices = self.best, self.best_prices
            self._direction = [np.zeros_like(part) for part in self.prices.arrays()]

    def move(self) -> bool:
        """Take a step; False where no direction leads down."""
        slope = self.now.slope.arrays()
        downhill = [-part * scale for part, scale in zip(slope, self._scale, strict=True)]
        direction = [d + self.descent.memory * old for d, old in zip(downhill, self._direction, strict=True)]
        if self._descends(direction, slope) <= 0:
            direction = downhill
        rate = self._descends(direction, slope)
        if rate <= 0:
            return False
        self._direction = direction
        way = max(self.now.value - self.target, 2e-3 * self.now.value)
        self.prices = self.prices.moved(Multipliers(*direction), self.step * way / rate)
        return True

    def _descends(self, direction: list[Floats], slope: tuple[Floats, ...]) -> float:
        """Fall of the value a unit of step; parts that would push a price below 0 are taken out of the direction."""
        for part, price in zip(direction, self.prices.arrays(), strict=True):
            part[(price <= 0) & (part < 0)] = 0.0
        return -float(sum((d * s).sum() for d, s in zip(direction, slope, strict=True)))


def scales(relaxation: Relaxation) -> tuple[Floats, ...]:
    """What a unit of each price buys, turned round: scarce things have longer steps."""
    length = np.append(np.diff(relaxation.edges), 1.0)
    links = np.tile(1.0 / length, (len(relaxation.area_of), 1))
    return 1.0 / np.maximum(relaxation.capacity, 1.0), 1.0 / np.maximum(relaxation.budgets, 1.0), links


def classes_priced(bound: Bound) -> Iterator[tuple[tuple[str, ...], Floats]]:
    """Teams of each class with the price of one of their days in each period."""
    for number in range(bound.tables.classes):
        members = np.flatnonzero(bound.tables.class_of == number)
        teams = tuple(bound.tables.problem.teams[team].team_id for team in members)
        yield teams, bound.prices.team_day[number]
