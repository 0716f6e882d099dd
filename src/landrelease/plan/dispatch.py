"""The dispatcher: an event loop that gives each free team the operation with the greatest index (planning 4.1, 4.3).

The loop looks at one team at a time, the one that is free first, ties to the lowest team number. Teams do not travel to
an operation that is not ready when they arrive. The same decision can be asked for one team and one morning:
`next_assignment`.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.plan.problem import Assignment, Plan, Problem, Rule
from landrelease.plan.reasons import waiting_reasons
from landrelease.plan.state import State, TeamState
from landrelease.plan.tables import Floats, Ints, Tables
from landrelease.plan.worth import value_of
from landrelease.progress import SILENT, Progress

IDLE_DAYS = 5
"""A team with nothing to do looks again after so many days."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Operations that one team could go to now; arrays of one length, in operation order."""

    operations: Ints
    start: Ints
    finish: Ints
    ready: int | None
    """Earliest day on which an operation that is not yet ready becomes so."""


Index = Callable[[Tables, Ints, Ints], Floats]
"""Index of operations, given the tables, the operations and the days from now to each finish."""


def _value_per_team_day(tables: Tables, operations: Ints, days: Ints) -> Floats:
    value = tables.value_a_day[tables.steps.area[operations]]
    return np.asarray(value / tables.norm_left[operations] * tables.norm[operations] / days)


def _score_sheet(tables: Tables, operations: Ints, _days: Ints) -> Floats:
    return np.asarray(tables.value_a_day[tables.steps.area[operations]])


def _nearest_first(_tables: Tables, _operations: Ints, days: Ints) -> Floats:
    return np.asarray(1.0 / days)


RULES: dict[Rule, Index] = {
    Rule.VALUE_PER_TEAM_DAY: _value_per_team_day,
    Rule.SCORE_SHEET: _score_sheet,
    Rule.NEAREST_FIRST: _nearest_first,
}


@dataclass(slots=True)
class Situation:
    """A `State` as arrays, changed in place by the event loop."""

    next_operation: Ints
    """Index among all operations of each area's next; -1 where the chain is given out."""
    ready: Ints
    x_m: Floats
    y_m: Floats
    area: Ints
    """Area in which each team stands; -1 at its base."""

    @classmethod
    def opening(cls, tables: Tables) -> "Situation":
        """Everything undone, every team at its base."""
        teams, count = tables.problem.teams, len(tables.problem.areas)
        x_m = np.array([team.base_x_m for team in teams], dtype=np.float64)
        y_m = np.array([team.base_y_m for team in teams], dtype=np.float64)
        first = tables.steps.first[:-1].copy()
        return cls(first, np.zeros(count, np.int64), x_m, y_m, np.full(len(teams), -1, np.int64))

    def take(self, tables: Tables, team: int, operation: int, finish: int) -> None:
        """Send the team and advance the chain."""
        area = int(tables.steps.area[operation])
        is_last = operation + 1 == tables.steps.first[area + 1]
        self.next_operation[area] = -1 if is_last else operation + 1
        self.ready[area] = finish
        self.x_m[team], self.y_m[team], self.area[team] = tables.x_m[area], tables.y_m[area], area


class Dispatcher:
    """Decides for a problem under a rule. Making it costs more than asking it: keep one while the problem is the same.

    Parameters
    ----------
    only_releasable
        Leave out operations whose area could not be released inside the horizon even at best (planning 4.1, step 5).
        The baseline rules were measured without.
    """

    def __init__(self, problem: Problem, rule: Rule, *, only_releasable: bool = False) -> None:
        if rule not in RULES:
            raise fail(ErrorCode.PLAN_RULE, rule=rule.label)
        self.problem, self.rule, self.tables = problem, rule, Tables(problem)
        self._needed_after = self.tables.least_after if only_releasable else np.zeros(len(self.tables.norm))
        self._index = RULES[rule]

    def next_assignment(self, state: State, team_id: str, day: int) -> Assignment | None:
        """Return what the team should do next if it leaves on `day`, or None where nothing is worth a candidate.

        Parameters
        ----------
        state
            What is known this morning. Areas of the problem that it does not name have nothing done.
        team_id
            A team of the problem; its place is taken from the state.
        day
            Today, a day number of the problem; never before the team is free.
        """
        team = self.tables.team_index[team_id]
        found = self._candidates(self._situation(state, team), team, day)
        return self._best(found, team, day)

    def run(self, progress: Progress = SILENT) -> tuple[Assignment, ...]:
        """Dispatch from the opening state to the horizon."""
        situation = Situation.opening(self.tables)
        wake = [(0, team) for team in range(len(self.problem.teams))]
        heapq.heapify(wake)
        made: list[Assignment] = []
        progress.begin(_("Dispatching teams"), self.problem.horizon_days)
        try:
            self._loop(situation, wake, made, progress)
        finally:
            progress.end()
        return tuple(made)

    def _loop(
        self, situation: Situation, wake: list[tuple[int, int]], made: list[Assignment], progress: Progress
    ) -> None:
        told = 0
        while wake and wake[0][0] < self.problem.horizon_days:
            day, team = wake[0]
            progress.advance(day - told)
            told = day
            found = self._candidates(situation, team, day)
            choice = self._best(found, team, day)
            if choice is None:
                free = found.ready if found.ready is not None else day + IDLE_DAYS
            else:
                area = self.tables.area_index[choice.area_id]
                operation = int(self.tables.steps.first[area]) + choice.operation
                situation.take(self.tables, team, operation, choice.finish_day)
                made.append(choice)
                free = choice.finish_day
            heapq.heapreplace(wake, (free, team))

    def _candidates(self, situation: Situation, team: int, day: int) -> Candidates:
        mine = self.tables.eligible[team]
        live = np.flatnonzero(situation.next_operation[mine.areas] == mine.operations)
        operations, areas = mine.operations[live], mine.areas[live]
        x_m, y_m, place = situation.x_m[team], situation.y_m[team], int(situation.area[team])
        arrival = day + self.tables.travel_days(float(x_m), float(y_m), place, areas)
        ready = situation.ready[areas]
        late = ready > arrival
        start, finish = self.tables.calendars.span(mine.calendars[live], arrival, mine.days[live])
        fits = ~late & (finish + self._needed_after[operations] <= self.problem.horizon_days)
        earliest = int(ready[late].min()) if late.any() else None
        return Candidates(operations[fits], start[fits], finish[fits], earliest)

    def _best(self, found: Candidates, team: int, day: int) -> Assignment | None:
        if not len(found.operations):
            return None
        # argmax takes the first of equals: the lowest operation number.
        best = int(np.argmax(self._index(self.tables, found.operations, found.finish - day)))
        operation = found.operations[best]
        steps, problem = self.tables.steps, self.problem
        return Assignment(
            problem.teams[team].team_id,
            problem.areas[steps.area[operation]].area_id,
            int(steps.step[operation]),
            int(found.start[best]),
            int(found.finish[best]),
        )

    def _situation(self, state: State, team: int) -> Situation:
        situation, first = Situation.opening(self.tables), self.tables.steps.first
        for area_id, area in state.areas.items():
            number = self.tables.area_index.get(area_id)
            if number is not None:
                operation = int(first[number]) + area.next_operation
                situation.next_operation[number] = operation if operation < first[number + 1] else -1
                situation.ready[number] = area.ready_day
        known = state.teams.get(self.problem.teams[team].team_id)
        if known is not None:
            self._place(situation, team, known)
        return situation

    def _place(self, situation: Situation, team: int, known: TeamState) -> None:
        situation.x_m[team], situation.y_m[team] = known.x_m, known.y_m
        situation.area[team] = self.tables.area_index.get(known.area_id or "", -1)


def next_assignment(problem: Problem, state: State, team_id: str, day: int, rule: Rule) -> Assignment | None:
    """Return what a team should do next on a day. For many questions about one problem keep a `Dispatcher`."""
    return Dispatcher(problem, rule).next_assignment(state, team_id, day)


def dispatch(
    problem: Problem,
    rule: Rule = Rule.VALUE_PER_TEAM_DAY,
    *,
    only_releasable: bool = False,
    progress: Progress = SILENT,
) -> Plan:
    """Plan all teams to the horizon by a rule; deterministic.

    Returns
    -------
    Plan
        With its value and, for each area that is not released, the reason. Areas that cannot be done at all (no team,
        no open day, too far, too long) get a warning as their reason; the rest is planned.
    """
    dispatcher = Dispatcher(problem, rule, only_releasable=only_releasable)
    assignments = dispatcher.run(progress)
    value = value_of(problem, assignments)
    return Plan(rule, assignments, value, waiting_reasons(dispatcher.tables, rule, RULES[rule], assignments))
