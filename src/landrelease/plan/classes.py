"""Teams in classes, and what each class may do: the tables of the bound and of the priced dispatcher.

Teams of one class are alike in all but their base: kind, pace, accreditation, earmark, calendar. The bound counts the
teams of a class instead of naming them (planning part 3.3), so a class must never hold teams that differ in what they
can do.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from landrelease.plan.problem import PlanTeam, Problem
from landrelease.plan.state import State
from landrelease.plan.tables import SLACK, Floats, Ints, Tables
from landrelease.plan.worth import release_values

FAR_M = 1e15
"""Distance to the nearest other area where there is none."""


def class_of_teams(problem: Problem) -> Ints:
    """Class of each team, numbered in order of first appearance, shape (teams,)."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(_likeness(team), len(numbers)) for team in problem.teams], dtype=np.int64)


def _likeness(team: PlanTeam) -> Hashable:
    pace = tuple(sorted((activity.value, float(m2)) for activity, m2 in team.m2_a_day.items()))
    return team.asset_kind, pace, team.regions, team.area_ids, team.closed_days, team.cost_a_day, team.donor


@dataclass(frozen=True)
class Pairs:
    """Every operation with every class that may do it, in operation order; each array has one entry a pair.

    Attributes
    ----------
    start
        First pair of each operation, shape (operations + 1,).
    setup_days
        Least travel into the area: from the nearest other area or a base of the class; 0 where the class may do more
        than one operation of the area, or where its teams stand there already.
    reach_day
        Earliest day on which a team of the class can be in the area, from where its teams stand.
    charge
        Money that the operation takes from the donor of the class.
    """

    start: Ints
    operation: Ints
    team_class: Ints
    days: Ints
    calendar: Ints
    setup_days: Ints
    reach_day: Ints
    charge: Floats


class ClassTables:
    """A problem as the bound and the priced dispatcher read it.

    Parameters
    ----------
    state
        Where teams and areas stand; the opening by default. Work that is given out is no longer part of the tables,
        and days on which a team is not yet free are no capacity.

    Attributes
    ----------
    values
        Value of releasing each area at each count of elapsed days, shape (areas, horizon + 1).
    members
        Teams of each class, shape (classes,).
    team_days
        Capacity: teams of each class that are free on each day, shape (classes, horizon).
    donor_of
        Donor of each class, a place in `Problem.budgets`; -1 for none.
    next_operation, ready
        First operation that is not given out and the day from which it may start, shape (areas,); next operation is
        that of the following area where the chain is given out.
    """

    def __init__(self, problem: Problem, state: State | None = None) -> None:
        self.problem, self.tables = problem, Tables(problem)
        self.horizon = problem.horizon_days
        self.first = self.tables.steps.first
        self.class_of = class_of_teams(problem)
        self.classes = int(self.class_of.max()) + 1 if len(self.class_of) else 0
        self.members = np.bincount(self.class_of, minlength=self.classes)
        self._stand(state or State.opening(problem))
        self.values = release_values(problem)
        self.open_days = self.tables.calendars.elapsed[:, -1]
        self.finish = self.tables.calendars.finish
        self.pairs = self._pairs()

    def _stand(self, state: State) -> None:
        problem, tables = self.problem, self.tables
        teams = [state.teams.get(team.team_id) for team in problem.teams]
        bases = problem.teams
        self.x_m = np.array([t.x_m if t else b.base_x_m for t, b in zip(teams, bases, strict=True)], dtype=np.float64)
        self.y_m = np.array([t.y_m if t else b.base_y_m for t, b in zip(teams, bases, strict=True)], dtype=np.float64)
        self.free = np.array([t.free_day if t else 0 for t in teams], dtype=np.int64)
        self.stands_in = np.array([tables.area_index.get(t.area_id or "", -1) if t else -1 for t in teams], np.int64)
        self.next_operation, self.ready = self.first[:-1].copy(), np.zeros(len(problem.areas), np.int64)
        for area_id, area in state.areas.items():
            if (number := tables.area_index.get(area_id)) is not None:
                self.next_operation[number] = min(self.first[number] + area.next_operation, self.first[number + 1])
                self.ready[number] = area.ready_day
        days = np.arange(self.horizon)
        donors = list(problem.budgets)
        self.donor_of = np.full(self.classes, -1, np.int64)
        self.donor_of[self.class_of] = [donors.index(team.donor) if team.donor else -1 for team in problem.teams]
        self.team_days = np.zeros((self.classes, self.horizon))
        np.add.at(self.team_days, self.class_of, (days[None] >= self.free[:, None]).astype(np.float64))

    def _pairs(self) -> Pairs:
        near = self._nearest_days()
        columns = [np.zeros((6, 0), np.int64), *(self._pairs_of(number, near) for number in range(self.classes))]
        table = np.concatenate(columns, axis=1)
        table = table[:, table[2] <= self.horizon]
        table = np.ascontiguousarray(table[:, np.argsort(table[0], kind="stable")])
        start = np.searchsorted(table[0], np.arange(len(self.tables.norm) + 1)).astype(np.int64)
        cost = np.zeros(self.classes)
        cost[self.class_of] = [team.cost_a_day for team in self.problem.teams]
        operation, team_class, days, calendar, setup, reach = table
        return Pairs(start, operation, team_class, days, calendar, setup, reach, cost[team_class] * days)

    def _pairs_of(self, number: int, near: Ints) -> Ints:
        members = np.flatnonzero(self.class_of == number)
        mine = self.tables.eligible[members[0]]
        travel = np.array([self._days_from(int(team)) for team in members])
        base, reach = travel.min(axis=0), (travel + self.free[members, None]).min(axis=0)
        stays = np.bincount(mine.areas, minlength=len(near)) > 1
        stays[self.stands_in[members][self.stands_in[members] >= 0]] = True
        setup = np.where(stays, 0, np.minimum(near, base))[mine.areas]
        whose = np.full(len(mine.operations), number, dtype=np.int64)
        return np.stack([mine.operations, whose, mine.days, mine.calendars, setup, reach[mine.areas]])

    def _days_from(self, team: int) -> Ints:
        areas = np.arange(len(self.problem.areas))
        place = int(self.stands_in[team])
        return self.tables.travel_days(float(self.x_m[team]), float(self.y_m[team]), place, areas)

    def _nearest_days(self) -> Ints:
        """Days from each area's nearest other area, shape (areas,)."""
        places = np.column_stack([self.tables.x_m, self.tables.y_m])
        distance = np.full(len(places), FAR_M)
        if len(places) > 1:
            distance = cKDTree(places).query(places, k=2)[0][:, 1]
        return days_of_travel(self.problem, distance)


def days_of_travel(problem: Problem, distance_m: Floats) -> NDArray[np.int64]:
    """Whole days that a move takes; 0 below `commute_m`."""
    days = problem.mobilisation_days + np.ceil(distance_m / problem.travel_m_a_day - SLACK)
    return np.where(distance_m < problem.commute_m, 0, np.minimum(days, 1e12)).astype(np.int64)
