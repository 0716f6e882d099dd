"""Why an area is not released by a plan."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.plan.problem import Assignment, Rule
from landrelease.plan.tables import Floats, Ints, Tables

Index = Callable[[Tables, Ints, Ints], Floats]

FAR = np.iinfo(np.int64).max // 2
"""A day that no horizon reaches."""


@dataclass(frozen=True)
class Reach:
    """Best case of each operation over its teams, each straight from its base and with no other work."""

    travel: Ints
    open_days: Ints
    finish: Ints
    """Earliest finish with the chain before it done as early as can be; past the horizon where there is none."""


def waiting_reasons(tables: Tables, rule: Rule, index: Index, assignments: Iterable[Assignment]) -> dict[str, Finding]:
    """Give each area that is not released a finding.

    A warning where teams with nothing else to do, each straight from its base, could not release it; a note where
    others go first.
    """
    done = np.zeros(len(tables.problem.areas), dtype=np.int64)
    for made in assignments:
        done[tables.area_index[made.area_id]] += 1
    waiting = np.flatnonzero(done < np.diff(tables.steps.first))
    ranks, reach = _ranks(tables, index), _reach(tables)
    return {tables.problem.areas[i].area_id: _reason(tables, rule, int(i), int(done[i]), ranks, reach) for i in waiting}


def _reason(tables: Tables, rule: Rule, area: int, done: int, ranks: Ints, reach: Reach) -> Finding:
    impossible = _impossible(tables, reach, area)
    if impossible is not None:
        return impossible
    plan_area = tables.problem.areas[area]
    activity = plan_area.operations[done].activity.label
    if done:
        horizon = tables.problem.horizon_days
        return Finding(
            ErrorCode.PLAN_UNFINISHED, _named(plan_area.area_id, activity, horizon=horizon), field="horizon_days"
        )
    teams = int(tables.teams_of[tables.steps.first[area]])
    details = _named(plan_area.area_id, activity, rank=int(ranks[area]), count=len(ranks), rule=rule.label, teams=teams)
    return Finding(ErrorCode.PLAN_OUTRANKED, details, field="value_a_day")


def _named(area_id: str, activity: str, **more: object) -> dict[str, object]:
    return {"area": area_id, "activity": activity, **more}


def _impossible(tables: Tables, reach: Reach, area: int) -> Finding | None:
    """Find what keeps an area from ever being released, whatever the plan."""
    chain = range(*(int(n) for n in tables.steps.first[area : area + 2]))
    without_team = next((operation for operation in chain if not tables.teams_of[operation]), None)
    if without_team is not None:
        return _no_team(tables, without_team)
    findings = (_out_of_reach(tables, reach, operation) for operation in chain)
    return next((finding for finding in findings if finding is not None), None)


def _no_team(tables: Tables, operation: int) -> Finding:
    area = tables.problem.areas[tables.steps.area[operation]]
    step = area.operations[tables.steps.step[operation]]
    kinds = [team for team in tables.problem.teams if team.asset_kind in step.asset_kinds]
    able = [team for team in kinds if team.m2_a_day.get(step.activity, 0) > 0]
    if not kinds:
        why, name = (
            _("no team of the kinds {kinds}").format(kinds=", ".join(k.label for k in step.asset_kinds)),
            "asset_kinds",
        )
    elif not able:
        why, name = _("the productivity of every such team is 0"), "m2_a_day"
    elif all(tables.problem.ground_factor.get((team.asset_kind, area.ground), 1.0) == 0 for team in able):
        why, name = _("their productivity on this ground is 0"), "ground"
    else:
        why, name = _("none is accredited here, or all are earmarked elsewhere"), "regions"
    details = _named(area.area_id, step.activity.label, step=int(tables.steps.step[operation]), why=why)
    return Finding(ErrorCode.PLAN_NO_TEAM, details, field=name)


def _reach(tables: Tables) -> Reach:
    count = len(tables.steps.area)
    reach = Reach(*(np.full(count, start, dtype=np.int64) for start in (np.iinfo(np.int64).max, 0, FAR)))
    for step in range(int(tables.steps.step.max(initial=0)) + 1):
        for team, mine in zip(tables.problem.teams, tables.eligible, strict=True):
            at = mine.where(tables.steps.step[mine.operations] == step)
            travel = tables.travel_days(team.base_x_m, team.base_y_m, -1, at.areas)
            # The operation before stands just before in the list; a chain's first is ready on day 0.
            ready = reach.finish[at.operations - 1] if step else np.zeros_like(travel)
            finish = tables.calendars.span(at.calendars, np.maximum(travel, ready), at.days)[1]
            _lower(reach.travel, at.operations, travel)
            _lower(reach.finish, at.operations, finish)
            open_days = tables.calendars.elapsed[at.calendars, -1]
            reach.open_days[at.operations] = np.maximum(reach.open_days[at.operations], open_days)
    return reach


def _lower(values: Ints, at: Ints, offered: Ints) -> None:
    values[at] = np.minimum(values[at], offered)


def _out_of_reach(tables: Tables, reach: Reach, operation: int) -> Finding | None:
    horizon = tables.problem.horizon_days
    if reach.finish[operation] <= horizon:
        return None
    area = tables.problem.areas[tables.steps.area[operation]]
    named = _named(area.area_id, area.operations[tables.steps.step[operation]].activity.label)
    if not reach.open_days[operation]:
        return Finding(ErrorCode.PLAN_CALENDAR_CLOSED, {**named, "region": area.region}, field="closed_days")
    if reach.travel[operation] >= horizon:
        details = {**named, "horizon": horizon, "days": int(reach.travel[operation])}
        return Finding(ErrorCode.PLAN_UNREACHABLE, details, field="x_m, y_m")
    return Finding(ErrorCode.PLAN_TOO_LONG, {**named, "horizon": horizon}, field="work_m2")


def _ranks(tables: Tables, index: Index) -> Ints:
    """Rank of each area by its best index over the teams that could open its chain from their bases on day 0."""
    best = np.full(len(tables.problem.areas), -np.inf)
    for team, mine in zip(tables.problem.teams, tables.eligible, strict=True):
        opening = mine.operations == tables.steps.first[mine.areas]
        operations, areas = mine.operations[opening], mine.areas[opening]
        days = tables.travel_days(team.base_x_m, team.base_y_m, -1, areas) + mine.days[opening]
        best[areas] = np.maximum(best[areas], index(tables, operations, days))
    ranks = np.empty(len(best), dtype=np.int64)
    ranks[np.argsort(-best, kind="stable")] = np.arange(1, len(best) + 1)
    return ranks
