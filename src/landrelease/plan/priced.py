"""The priced dispatcher: the event loop of `landrelease.plan.dispatch` with an index that knows what team-days cost.

The index of an operation (planning 4.2) is what its area loses by a delay, and a share of its value, times how much
the bound favours it, by the priced cost of what is left of its chain. The weights are found by search, not given: a
rule that is good in one country need not be in another.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from landrelease.plan.bound import Bound
from landrelease.plan.priced_kernel import dispatch_priced
from landrelease.plan.problem import Assignment
from landrelease.plan.relaxation import Relaxation
from landrelease.plan.worth import value_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_COST = 1e-12
"""Keeps the index finite where every price is 0."""


@dataclass(frozen=True, slots=True)
class IndexWeights:
    """Parameters of the index.

    Attributes
    ----------
    price_share
        Share of the periods, from the first, whose mean price counts.
    speed
        Power of a team's time against the usual time.
    remaining
        0: the cost of the whole chain counts; 1: that of what is left of it.
    favour_floor, favour_power
        Added to, and power of, how often the bound chose the operation.
    delay_days
        Delay whose loss counts.
    value_share
        Weight of the value itself beside that loss.
    cost_floor
        Added to every cost, as a share of the mean cost.
    patience_days
        Days that a team may wait on the spot for an operation that is not ready.
    """

    price_share: float = 0.1
    speed: float = 3.0
    remaining: float = 0.3
    favour_floor: float = 0.02
    favour_power: float = 0.7
    delay_days: float = 110.0
    value_share: float = 2.0
    cost_floor: float = 0.3
    patience_days: float = 0.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{item.name} is {value}, which is not a number of 0 or more")


@dataclass(frozen=True)
class Dispatched:
    """One run: assignments as rows of team, operation, start and finish day; and their value."""

    made: Ints
    value: float


class PricedDispatcher:
    """Dispatches one problem many times, with other weights or other favours for areas.

    Parameters
    ----------
    bound
        Gives the tables, the prices and what the priced plans favour.
    """

    def __init__(self, bound: Bound) -> None:
        tables = bound.tables
        self.bound, self.tables = bound, tables
        pairs, problem = tables.pairs, tables.problem
        order = np.bincount(pairs.team_class, minlength=tables.classes)
        self._room = np.concatenate([[0], order.cumsum()]).astype(np.int64)
        self._travel = np.array([problem.travel_m_a_day, problem.mobilisation_days, problem.commute_m], np.float64)
        self._place = np.column_stack([tables.x_m, tables.y_m])
        budgets = np.array(list(problem.budgets.values()), dtype=np.float64)
        self._budgets = budgets
        least = np.where(np.isfinite(tables.tables.least_after), tables.tables.least_after, 2.0 * tables.horizon)
        self._needed_after = np.minimum(least, 2 * tables.horizon).astype(np.int64)
        self._values = Relaxation(tables, bound.edges).values(bound.prices.link)
        self._norm = np.where(np.isfinite(tables.tables.norm), tables.tables.norm, 1.0)
        self._last = np.zeros(len(self._norm), dtype=np.bool_)
        self._last[tables.first[1:] - 1] = True

    def run(self, weights: IndexWeights, lean: Floats | None = None) -> Dispatched:
        """Dispatch from where the tables stand to the horizon.

        Parameters
        ----------
        lean
            Factor of each operation's index, shape (operations,); 1 by default; at 0 it is done by nobody.
        """
        tables, pairs = self.tables, self.tables.pairs
        made = np.empty((len(self._norm), 4), np.int64)
        merit = self._merit(weights)
        if lean is not None:
            merit = merit * lean
        count = dispatch_priced(
            tables.class_of, tables.free, self._place, tables.stands_in, tables.tables.x_m, tables.tables.y_m,
            self._travel, tables.next_operation, tables.first[1:], tables.ready, tables.tables.steps.area,
            pairs.start, pairs.team_class, pairs.days, pairs.calendar, pairs.charge, pairs.operation,
            self._room, tables.donor_of, self._budgets, tables.tables.calendars.elapsed, tables.finish, self._values,
            self._needed_after, merit, round(weights.delay_days), weights.value_share,
            round(weights.patience_days), weights.speed, made,
        )  # fmt: skip
        return Dispatched(made[:count], self._value(made[:count]))

    def assignments(self, made: Ints) -> tuple[Assignment, ...]:
        """Assignments of a run, in order of decision."""
        problem, steps = self.tables.problem, self.tables.tables.steps
        return tuple(
            Assignment(
                problem.teams[team].team_id, problem.areas[steps.area[operation]].area_id, int(steps.step[operation]),
                start, end,
            )
            for team, operation, start, end in made.tolist()
        )  # fmt: skip

    def _value(self, made: Ints) -> float:
        """Value of a run; corridors are looked at only where there are any."""
        if self.tables.problem.corridors:
            return value_of(self.tables.problem, self.assignments(made))
        released = made[self._last[made[:, 1]]]
        return math.fsum(self.tables.values[self.tables.tables.steps.area[released[:, 1]], released[:, 3]].tolist())

    def _merit(self, weights: IndexWeights) -> Floats:
        """The part of the index that does not depend on the day, by operation."""
        whole, left = self._costs(weights)
        favour = (self.bound.favour + weights.favour_floor + LEAST_COST) ** weights.favour_power
        cost = whole ** (1 - weights.remaining) * left**weights.remaining
        return np.asarray(favour / cost * self._norm**weights.speed)

    def _costs(self, weights: IndexWeights) -> tuple[Floats, Floats]:
        """Priced cost of each operation's whole chain, and of what is left of it."""
        tables, pairs = self.tables, self.tables.pairs
        periods = max(1, math.ceil(weights.price_share * self.bound.prices.team_day.shape[1]))
        price = self.bound.prices.team_day[:, :periods].sum(axis=1) / periods
        cost = np.full(len(self._norm), np.inf)
        np.minimum.at(cost, pairs.operation, price[pairs.team_class] * (pairs.days + pairs.setup_days))
        known = np.isfinite(cost)
        mean = float(cost[known].mean()) if known.any() else 1.0
        cost = np.where(known, cost, mean) + weights.cost_floor * mean + LEAST_COST
        lengths = np.diff(tables.first)
        sums = np.concatenate([[0.0], cost.cumsum()])
        end = np.repeat(sums[tables.first[1:]], lengths)
        return end - np.repeat(sums[tables.first[:-1]], lengths), end - sums[:-1]


Steps = dict[str, tuple[bool, float, float, float]]

STEPS: Steps = {
    "price_share": (False, 0.2, 0.005, 1.0),
    "speed": (False, 0.4, 0.3, 8.0),
    "remaining": (False, 0.25, 0.0, 1.0),
    "favour_floor": (True, 0.7, 0.002, 2.0),
    "favour_power": (False, 0.3, 0.0, 3.0),
    "delay_days": (True, 0.4, 5.0, 600.0),
    "value_share": (True, 0.8, 0.001, 100.0),
    "cost_floor": (True, 0.8, 0.001, 3.0),
    "patience_days": (False, 4.0, 0.0, 60.0),
}
"""How the search changes each weight: whether by a factor, spread of the normal step, least and greatest (4.4)."""
KEPT = 0.4
"""Chance that a weight is left as it is."""


def neighbour(weights: IndexWeights, random: np.random.Generator, names: Iterable[str] = tuple(STEPS)) -> IndexWeights:
    """Change some of the weights a little."""
    changed = {}
    for name in names:
        by_factor, spread, least, greatest = STEPS[name]
        step, stays, value = random.normal(0, spread), random.random() < KEPT, getattr(weights, name)
        if not stays:
            changed[name] = float(np.clip(value * math.exp(step) if by_factor else value + step, least, greatest))
    return replace(weights, **changed)
