"""A problem as arrays: who may do what in how many days, calendars, travel. Only the dispatcher uses them."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from landrelease.plan.problem import PlanTeam, Problem
from landrelease.terms import Activity, AssetKind, Ground

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SLACK = 1e-9
"""Work that exceeds whole days by less than this share of a day does not take another day."""


@dataclass(frozen=True)
class Steps:
    """All operations of all areas, chain after chain; each array has one entry an operation."""

    area: Ints
    step: Ints
    activity: Ints
    work_m2: Floats
    kinds: Bools
    """Shape (operations, asset kinds)."""
    first: Ints
    """Index of each area's first operation, shape (areas + 1,)."""


@dataclass(frozen=True)
class Eligible:
    """What one team may do; each array has one entry an operation that it may do, in operation order."""

    operations: Ints
    areas: Ints
    days: Ints
    calendars: Ints

    def where(self, kept: Bools) -> "Eligible":
        """Return the operations kept."""
        return Eligible(self.operations[kept], self.areas[kept], self.days[kept], self.calendars[kept])


class Calendars:
    """Open days of each pair of a team calendar and a region (planning 1.2: ``A_r``)."""

    def __init__(self, problem: Problem, regions: list[str]) -> None:
        self.horizon = problem.horizon_days
        self.of_team, kinds = _numbered(team.closed_days for team in problem.teams)
        shut = [problem.closed_days | problem.region_closed_days.get(region, frozenset()) for region in regions]
        self.regions = len(regions)
        is_open = np.stack([self._open(days | own) for own in kinds for days in shut] or [self._open(frozenset())])
        self.elapsed = np.concatenate([np.zeros((len(is_open), 1), np.int64), is_open.cumsum(axis=1)], axis=1)
        """Open days among days 0..t-1, shape (calendars, horizon + 1)."""
        self.finish = np.stack([self._inverse(row) for row in self.elapsed])
        """Least t with so many open days among days 0..t-1; horizon + 1 where there is none."""

    def _open(self, closed: frozenset[int]) -> Bools:
        is_open = np.ones(self.horizon, dtype=np.bool_)
        is_open[[day for day in closed if 0 <= day < self.horizon]] = False
        return is_open

    def _inverse(self, elapsed: Ints) -> Ints:
        return np.searchsorted(elapsed, np.arange(self.horizon + 2)).astype(np.int64)

    def rows(self, team: int, regions: Ints) -> Ints:
        """Row of the calendar of a team in each region."""
        return np.asarray(self.of_team[team] * self.regions + regions)

    def span(self, rows: Ints, arrival: Ints, days: Ints) -> tuple[Ints, Ints]:
        """Start (first open day) and finish of work of so many days; horizon + 1 where it does not fit."""
        worked = self.elapsed[rows, np.minimum(arrival, self.horizon)]
        last = self.horizon + 1
        finish = np.where(arrival >= self.horizon, last, self.finish[rows, np.minimum(worked + days, last)])
        return self.finish[rows, np.minimum(worked + 1, last)] - 1, finish


class Tables:
    """The numbers that the dispatcher needs, made once for a problem."""

    def __init__(self, problem: Problem) -> None:
        areas = problem.areas
        self.problem = problem
        self.region, regions = _numbered(area.region for area in areas)
        self.calendars = Calendars(problem, regions)
        self.steps = _steps(problem)
        self.x_m = np.array([area.x_m for area in areas], dtype=np.float64)
        self.y_m = np.array([area.y_m for area in areas], dtype=np.float64)
        self.value_a_day = np.array([area.value_a_day for area in areas], dtype=np.float64)
        self.area_index = {area.area_id: i for i, area in enumerate(areas)}
        self.team_index = {team.team_id: k for k, team in enumerate(problem.teams)}
        self._factors = _ground_factors(problem)
        allowed = {team.regions: _members(regions, team.regions) for team in problem.teams}
        self.eligible = [self._eligible(k, team, allowed[team.regions]) for k, team in enumerate(problem.teams)]
        self._summarise()

    def pace(self, team: PlanTeam) -> Floats:
        """Pace of a team on each operation, m² a day; 0 where it cannot do it."""
        by_activity = np.array([team.m2_a_day.get(activity, 0.0) for activity in Activity])
        return np.asarray(by_activity[self.steps.activity] * self._factors[team.asset_kind][self.steps.area])

    def may(self, team: PlanTeam, accredited: Bools) -> Bools:
        """Whether a team is of the right kind, accredited in the region and not earmarked elsewhere."""
        may = self.steps.kinds[:, KINDS.index(team.asset_kind)] & accredited[self.region][self.steps.area]
        if team.area_ids is not None:
            may &= _members([area.area_id for area in self.problem.areas], team.area_ids)[self.steps.area]
        return may

    def _eligible(self, number: int, team: PlanTeam, accredited: Bools) -> Eligible:
        pace = self.pace(team)
        operations = np.flatnonzero(self.may(team, accredited) & (pace > 0))
        areas = self.steps.area[operations]
        days = np.maximum(np.ceil(self.steps.work_m2[operations] / pace[operations] - SLACK), 1)
        return Eligible(operations, areas, _whole(days), self.calendars.rows(number, self.region[areas]))

    def _summarise(self) -> None:
        count = len(self.steps.area)
        total, self.teams_of = np.zeros(count), np.zeros(count, dtype=np.int64)
        self.shortest = np.full(count, np.inf)
        for mine in self.eligible:
            total[mine.operations] += mine.days
            self.teams_of[mine.operations] += 1
            self.shortest[mine.operations] = np.minimum(self.shortest[mine.operations], mine.days)
        mean = np.divide(total, self.teams_of, out=np.full(count, np.inf), where=self.teams_of > 0)
        self.norm = mean + 2
        """Mean duration over the eligible teams, and two days (planning 4.2); infinite where no team is eligible."""
        self.norm_left = _sum_to_end_of_chain(self.norm, self.steps)
        doable = np.isfinite(self.norm_left)
        self.eligible = [mine.where(doable[mine.operations]) for mine in self.eligible]
        self.least_after = _least_after(self.shortest, self.steps)

    def travel_days(self, x_m: float, y_m: float, area: int, areas: Ints) -> Ints:
        """Days from a place (in `area`, or -1) to each area."""
        problem = self.problem
        distance = np.hypot(self.x_m[areas] - x_m, self.y_m[areas] - y_m)
        days = problem.mobilisation_days + np.ceil(distance / problem.travel_m_a_day - SLACK).astype(np.int64)
        return np.where((areas == area) | (distance < problem.commute_m), 0, days)


KINDS = list(AssetKind)
Key = TypeVar("Key", bound=Hashable)


def _steps(problem: Problem) -> Steps:
    activities = {activity: i for i, activity in enumerate(Activity)}
    chains = [area.operations for area in problem.areas]
    all_steps = [operation for chain in chains for operation in chain]
    lengths = np.array([len(chain) for chain in chains], dtype=np.int64)
    first = np.concatenate([[0], lengths.cumsum()]).astype(np.int64)
    kinds = np.array([[kind in step.asset_kinds for kind in KINDS] for step in all_steps], dtype=np.bool_)
    return Steps(
        area=np.repeat(np.arange(len(chains)), lengths),
        step=np.arange(len(all_steps)) - np.repeat(first[:-1], lengths),
        activity=np.array([activities[step.activity] for step in all_steps], dtype=np.int64),
        work_m2=np.array([step.work_m2 for step in all_steps], dtype=np.float64),
        kinds=kinds.reshape(len(all_steps), len(KINDS)),
        first=first,
    )


def _ground_factors(problem: Problem) -> dict[AssetKind, Floats]:
    grounds = [area.ground for area in problem.areas]
    tables = {kind: {g: problem.ground_factor.get((kind, g), 1.0) for g in Ground} for kind in AssetKind}
    return {kind: np.array([table[g] for g in grounds], dtype=np.float64) for kind, table in tables.items()}


def _whole(days: Floats) -> Ints:
    """Days as integers; what no horizon holds is cut at a number that sums without overflow."""
    return np.minimum(days, 1e12).astype(np.int64)


def _members(names: list[str], chosen: frozenset[str] | None) -> Bools:
    return np.array([chosen is None or name in chosen for name in names], dtype=np.bool_)


def _numbered(keys: Iterable[Key]) -> tuple[Ints, list[Key]]:
    """Number of each key, in order of first appearance, and the keys."""
    numbers: dict[Key, int] = {}
    found = [numbers.setdefault(key, len(numbers)) for key in keys]
    return np.array(found, dtype=np.int64), list(numbers)


def _sum_to_end_of_chain(values: Floats, steps: Steps) -> Floats:
    sums = values.copy()
    for operation in range(len(values) - 2, -1, -1):
        if steps.area[operation] == steps.area[operation + 1]:
            sums[operation] += sums[operation + 1]
    return sums


def _least_after(shortest: Floats, steps: Steps) -> Floats:
    """Least days that the rest of the chain needs after each operation (planning 4.1, step 5).

    The day of travel that the source adds to each step is left out: a move may take no day, and then the test would
    refuse what can be done.
    """
    days = _sum_to_end_of_chain(shortest, steps)
    is_last = np.isin(np.arange(len(days)), steps.first[1:] - 1)
    return np.where(is_last, 0.0, np.append(days[1:], 0.0))
